/* SPDX-License-Identifier: Apache-2.0 */
/* Opening files by name, which for a FIFO waits for the other side. */
#ifndef WEFT_RUNTIME_INTERPOSE_FD_OPEN_H
#define WEFT_RUNTIME_INTERPOSE_FD_OPEN_H

#include "runtime/interpose/hook.h"

/* The scheduling point and the call, as openat(2). Returns a descriptor or a negative errno. */
long fd_open(struct thread *self, int directory, const char *path, int flags, mode_t mode);

#endif
