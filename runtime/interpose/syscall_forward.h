/* SPDX-License-Identifier: Apache-2.0 */
/* System calls made by syscall() that have a function of libc, and so a hook, of their own. */
#ifndef WEFT_RUNTIME_INTERPOSE_SYSCALL_FORWARD_H
#define WEFT_RUNTIME_INTERPOSE_SYSCALL_FORWARD_H

#include "runtime/interpose/hook.h"

#define SYSCALL_ARGUMENTS 6

/*
 * Calls the hook for `number`, as the program would, from the place that `self` called
 * syscall() at. In the program's context. Returns whether there is one; *ret_result and errno
 * are then as syscall() has them.
 */
bool syscall_forward(
	struct thread *self, long number, const long a[SYSCALL_ARGUMENTS], long *ret_result);

#endif
