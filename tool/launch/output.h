/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an execution wrote to stdout and stderr, captured in an anonymous file. All functions
 * take -1 for output that was not captured, and find it empty.
 */
#ifndef WEFT_TOOL_LAUNCH_OUTPUT_H
#define WEFT_TOOL_LAUNCH_OUTPUT_H

#include <stddef.h>
#include <stdint.h>

uint64_t output_size(int fd);

/*
 * Gives back the memory of all but the last `kept` bytes, which then read as zeros; the size
 * stays.
 */
void output_trim(int fd, uint64_t kept);

/* Copies at most `size` bytes from `offset`; returns how many. */
size_t output_read(int fd, uint64_t offset, void *buffer, size_t size);

/* A hash over the first `size` bytes. */
uint64_t output_hash(int fd, uint64_t size);

/* The same hash of output that is at hand. */
uint64_t output_hash_of(const void *bytes, size_t size);

/* The last line that is not empty, without line feeds and control characters; may be "". */
void output_last_line(int fd, char *line, size_t line_size);

#endif
