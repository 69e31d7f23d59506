/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of memory that a program sets itself. They are meant for the program's own memory, and
 * weft has reserved much more beside it, so what it has is added on the way to the kernel and
 * taken off on the way back. Locking all memory likewise must not fill in what is only
 * reserved.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "runtime/interpose/hook.h"
#include "runtime/sys/raw.h"

/* The limits that weft's own reservations count for, and whether they were added. */
static bool address_space_raised, data_raised;

static bool *raised_of(__rlimit_resource_t resource)
{
	if (resource == RLIMIT_AS)
		return &address_space_raised;
	return resource == RLIMIT_DATA ? &data_raised : NULL;
}

static uint64_t raise_value(uint64_t value)
{
	return value < RLIM_INFINITY - runtime.reserved ? value + runtime.reserved
							: RLIM_INFINITY;
}

static uint64_t lower_value(uint64_t value)
{
	if (value == RLIM_INFINITY || value < runtime.reserved)
		return value;
	return value - runtime.reserved;
}

/* What the kernel is told; `old` is what it has now, raised or not. */
static struct rlimit64 raised_limit(
	const struct rlimit64 *limit, const struct rlimit64 *old, bool was_raised)
{
	struct rlimit64 set = {
		.rlim_cur = raise_value(limit->rlim_cur),
		.rlim_max = raise_value(limit->rlim_max),
	};

	if (limit->rlim_cur > limit->rlim_max)
		return *limit;
	/* A hard limit from outside can't be raised, and need not be: it was enough so far. */
	if (!was_raised && limit->rlim_max <= old->rlim_max && set.rlim_max > old->rlim_max)
		set.rlim_max = old->rlim_max;
	if (set.rlim_cur > set.rlim_max)
		set.rlim_cur = set.rlim_max;
	return set;
}

/* prlimit(2) in the program's terms. Returns a negative errno. */
static long limit_call(pid_t process, __rlimit_resource_t resource,
	const struct rlimit64 *limit, struct rlimit64 *ret_old)
{
	bool own = process == 0 || process == (pid_t)raw_syscall(SYS_getpid);
	bool *raised = own ? raised_of(resource) : NULL;
	struct rlimit64 set, old;
	long result = 0;

	if (!raised)
		return raw_syscall(SYS_prlimit64, process, resource, limit, ret_old);
	result = raw_syscall(SYS_prlimit64, 0, resource, NULL, &old);
	if (result == 0 && limit) {
		set = raised_limit(limit, &old, *raised);
		result = raw_syscall(SYS_prlimit64, 0, resource, &set, NULL);
	}
	if (result == 0 && ret_old) {
		ret_old->rlim_cur = *raised ? lower_value(old.rlim_cur) : old.rlim_cur;
		ret_old->rlim_max = *raised ? lower_value(old.rlim_max) : old.rlim_max;
	}
	if (result == 0 && limit)
		*raised = true;
	return result;
}

static int returned(struct thread *self, long result)
{
	if (result < 0)
		errno = (int)-result;
	runtime_leave(self);
	return result < 0 ? -1 : 0;
}

WEFT_HOOK int prlimit64(pid_t process, __rlimit_resource_t resource,
	const struct rlimit64 *limit, struct rlimit64 *ret_old)
{
	struct thread *self = runtime_enter(HOOK_prlimit64);

	if (!self)
		return REAL(prlimit64)(process, resource, limit, ret_old);
	return returned(self, limit_call(process, resource, limit, ret_old));
}

/* The two structs are one on a 64-bit machine. */
WEFT_HOOK int prlimit(pid_t process, __rlimit_resource_t resource, const struct rlimit *limit,
	struct rlimit *ret_old)
{
	return prlimit64(
		process, resource, (const struct rlimit64 *)limit, (struct rlimit64 *)ret_old);
}

WEFT_HOOK int getrlimit64(__rlimit_resource_t resource, struct rlimit64 *ret_limit)
{
	return prlimit64(0, resource, NULL, ret_limit);
}

WEFT_HOOK int getrlimit(__rlimit_resource_t resource, struct rlimit *ret_limit)
{
	return prlimit64(0, resource, NULL, (struct rlimit64 *)ret_limit);
}

WEFT_HOOK int setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *limit)
{
	return prlimit64(0, resource, limit, NULL);
}

WEFT_HOOK int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	return prlimit64(0, resource, (const struct rlimit64 *)limit, NULL);
}

WEFT_HOOK int mlockall(int flags)
{
	struct thread *self = runtime_enter(HOOK_mlockall);

	if (!self)
		return REAL(mlockall)(flags);
	return returned(self, raw_syscall(SYS_mlockall, flags | MCL_ONFAULT));
}
