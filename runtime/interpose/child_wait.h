/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for child processes in the core. */
#ifndef WEFT_RUNTIME_INTERPOSE_CHILD_WAIT_H
#define WEFT_RUNTIME_INTERPOSE_CHILD_WAIT_H

#include <sys/resource.h>

#include "runtime/interpose/hook.h"

/*
 * The scheduling point and wait4(2). Returns the child's number, 0 (WNOHANG and none has
 * changed), or a negative errno.
 */
long child_wait(
	struct thread *self, pid_t pid, int *ret_status, int options, struct rusage *usage);

#endif
