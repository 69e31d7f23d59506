/* SPDX-License-Identifier: Apache-2.0 */
/* Locks on files: flock(2), and the record locks of fcntl(2) and lockf(3). */
#ifndef WEFT_RUNTIME_INTERPOSE_FILE_LOCK_H
#define WEFT_RUNTIME_INTERPOSE_FILE_LOCK_H

#include "runtime/interpose/hook.h"

/* The locking commands of fcntl(2). Leaves the runtime and returns as libc does. */
int file_lock_fcntl(struct thread *self, int fd, int command, struct flock *lock);

/* `fd` is about to be closed, which may let go what was locked through it. */
void file_lock_closed(struct thread *self, int fd);

#endif
