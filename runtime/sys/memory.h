/* SPDX-License-Identifier: Apache-2.0 */
/* Memory straight from the kernel, for the arena and the shared region. */
#ifndef WEFT_RUNTIME_SYS_MEMORY_H
#define WEFT_RUNTIME_SYS_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed pages that cost nothing until touched; NULL when there is no address space left. */
void *memory_reserve(size_t size);

/* Gives whole pages of private memory back; they read as zeroes at their next use. */
void memory_discard(void *start, size_t size);

/* Maps the whole file shared, readable and writable; NULL on failure. */
void *memory_map_file(const char *path, size_t *ret_size);

/* How much address space the process has, in bytes; 0 where the kernel does not say. */
uint64_t memory_mapped_size(void);

/*
 * Whether the byte can be read; true where the kernel does not tell. No fault comes of asking.
 */
int memory_is_readable(uintptr_t address);

/* Reads a text file of the kernel's into the buffer; returns its length, 0 on failure. */
size_t memory_read_file(const char *path, char *buffer, size_t size);

#endif
