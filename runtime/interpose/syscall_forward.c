/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls made by syscall(), answered by the hooks of the functions of libc that make
 * them: a raw read waits in the core like read(), a raw nanosleep on the virtual clock. The
 * list is syscall_hooks.inc; here is what turns the kernel's arguments into libc's.
 */
#include "runtime/interpose/syscall_forward.h"

#include <errno.h>
#include <sys/syscall.h>

#include "common/bytes.h"
#include "runtime/interpose/signal.h"
#include "runtime/interpose/thread_property.h"
#include "runtime/sys/raw.h"

#define KERNEL_SIGSET_SIZE 8u
#define A(type, n) ((type)a[n])

static long failed(int error)
{
	errno = error;
	return -1;
}

/* The kernel's masks are shorter than libc's, of which the hooks read no more than that. */
static bool mask_bad(const void *mask, long size)
{
	return mask && (size_t)size != KERNEL_SIGSET_SIZE;
}

static long adapt_ppoll(const long *a)
{
	if (mask_bad(A(const void *, 3), a[4]))
		return failed(EINVAL);
	return ppoll(A(struct pollfd *, 0), A(nfds_t, 1), A(const struct timespec *, 2),
		A(const sigset_t *, 3));
}

static long adapt_pselect6(const long *a)
{
	const struct {
		const sigset_t *mask;
		long size;
	} *packed = A(const void *, 5);

	if (packed && mask_bad(packed->mask, packed->size))
		return failed(EINVAL);
	return pselect(A(int, 0), A(fd_set *, 1), A(fd_set *, 2), A(fd_set *, 3),
		A(const struct timespec *, 4), packed ? packed->mask : NULL);
}

static long adapt_epoll_pwait(const long *a)
{
	if (mask_bad(A(const void *, 4), a[5]))
		return failed(EINVAL);
	return epoll_pwait(A(int, 0), A(struct epoll_event *, 1), A(int, 2), A(int, 3),
		A(const sigset_t *, 4));
}

static long adapt_epoll_pwait2(const long *a)
{
	if (mask_bad(A(const void *, 4), a[5]))
		return failed(EINVAL);
	return epoll_pwait2(A(int, 0), A(struct epoll_event *, 1), A(int, 2),
		A(const struct timespec *, 3), A(const sigset_t *, 4));
}

static long adapt_clock_nanosleep(const long *a)
{
	int error = clock_nanosleep(A(clockid_t, 0), A(int, 1), A(const struct timespec *, 2),
		A(struct timespec *, 3));

	return error ? failed(error) : 0;
}

static void mask_give(uint64_t *ret_mask, const sigset_t *set)
{
	if (ret_mask)
		*ret_mask = signal_set_bits(set);
}

static long adapt_sigprocmask(const long *a)
{
	sigset_t old;

	if ((size_t)a[3] != KERNEL_SIGSET_SIZE)
		return failed(EINVAL);
	if (sigprocmask(A(int, 0), A(const sigset_t *, 1), &old))
		return -1;
	mask_give(A(uint64_t *, 2), &old);
	return 0;
}

static long adapt_sigpending(const long *a)
{
	sigset_t pending;

	if ((size_t)a[1] != KERNEL_SIGSET_SIZE)
		return failed(EINVAL);
	if (sigpending(&pending))
		return -1;
	mask_give(A(uint64_t *, 0), &pending);
	return 0;
}

static long adapt_sigsuspend(const long *a)
{
	if ((size_t)a[1] != KERNEL_SIGSET_SIZE)
		return failed(EINVAL);
	return sigsuspend(A(const sigset_t *, 0));
}

static long adapt_sigtimedwait(const long *a)
{
	if ((size_t)a[3] != KERNEL_SIGSET_SIZE)
		return failed(EINVAL);
	return sigtimedwait(
		A(const sigset_t *, 0), A(siginfo_t *, 1), A(const struct timespec *, 2));
}

/* libc's function has no place for the resources that the child used. */
static long adapt_waitid(const long *a)
{
	if (a[4])
		bytes_fill(A(void *, 4), 0, sizeof(struct rusage));
	return waitid(A(idtype_t, 0), A(id_t, 1), A(siginfo_t *, 2), A(int, 3));
}

static long adapt_exit_group(const long *a)
{
	_exit(A(int, 0));
}

/* The end of one thread; unlike the kernel's, it runs what libc would at the end of a thread.
 */
static long adapt_exit(const long *a)
{
	/* Nobody else ever was: the kernel is asked for just this, which it may restrict. */
	if (runtime.core.thread_count == 1)
		REAL(syscall)(SYS_exit, a[0]);
	if (runtime.forked || runtime.core.live_count == 1)
		_exit(A(int, 0));
	runtime_self->forwarded_pc = 0;
	pthread_exit(NULL);
}

static bool call_hook(long number, const long a[SYSCALL_ARGUMENTS], long *ret_result)
{
	switch (number) {
#define SYSCALL_HOOK(name, call)    \
	case SYS_##name:            \
		*ret_result = call; \
		return true;
#include "runtime/interpose/syscall_hooks.inc"
#undef SYSCALL_HOOK
	default:
		return false;
	}
}

bool syscall_forward(
	struct thread *self, long number, const long a[SYSCALL_ARGUMENTS], long *ret_result)
{
	bool called;

	self->forwarded_pc = self->call_pc;
	called = call_hook(number, a, ret_result);
	self->forwarded_pc = 0;
	return called;
}
