/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls that are answered as by a kernel without them, so that programs fall back to
 * ordinary ones: ways of doing I/O that bypass every hook (the kernel's rings and its
 * asynchronous I/O), and waits that the core has no object for.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_SYSCALL_REFUSED_H
#define WEFT_RUNTIME_INTERPOSE_SYSCALL_REFUSED_H

#include <stdbool.h>
#include <sys/syscall.h>

#include "runtime/engine/runtime.h"

/* Whether syscall(number, ...) is to fail with ENOSYS; a limit by that is named in the result.
 */
static inline bool syscall_refused(long number)
{
	switch (number) {
	case SYS_io_uring_setup:
	case SYS_io_uring_enter:
	case SYS_io_uring_register:
	case SYS_io_setup:
	case SYS_io_destroy:
	case SYS_io_submit:
	case SYS_io_cancel:
	case SYS_io_getevents:
	case SYS_io_pgetevents:
		runtime.core.result->limits |= WIRE_LIMIT_IO_URING;
		return true;
	/* Waits for several futexes at once; programs have to do without on older kernels. */
	case SYS_futex_waitv:
		return true;
	default:
		return false;
	}
}

#endif
