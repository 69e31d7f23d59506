/* SPDX-License-Identifier: Apache-2.0 */
/* The tool's own stdin, kept so that every execution reads the same input from its start. */
#ifndef WEFT_TOOL_LAUNCH_INPUT_H
#define WEFT_TOOL_LAUNCH_INPUT_H

#include <stdint.h>

#include "tool/diag.h"

/* Input beyond this is refused. */
#define INPUT_MAX ((uint64_t)1 << 30)

/*
 * Copies all that `fd` gives into an anonymous file, read until its end. `stop_fd` ends the
 * wait for more when it becomes readable (-1: nothing does). Returns 0 with the file's
 * descriptor, or with -1 when there is nothing to copy: a terminal, /dev/null, a closed or
 * empty input. Returns -EFBIG for more than INPUT_MAX, -EINTR if stopped, or what reading said.
 */
int input_copy(int fd, int stop_fd, int *ret_fd, struct diag *diag);

/*
 * Writes what input_copy() kept to a file, for executions to come. Returns 0 or a negative
 * errno with `diag` filled; then there is no such file.
 */
int input_save(int fd, const char *path, struct diag *diag);

#endif
