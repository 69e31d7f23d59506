/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Affinity and scheduling policy by a thread's id, as sched_setaffinity(2) and its kin have it.
 * The ids that gettid() tells on fibers are none that the kernel knows, or worse, those of
 * threads elsewhere: they must not reach it. Other ids do, and so do calls without the
 * structure they need, which the kernel refuses whatever the id.
 */
#include <errno.h>
#include <stdint.h>

#include "common/bytes.h"
#include "runtime/interpose/thread_property.h"
#include "runtime/sys/raw.h"

/* See sched_setattr(2); newer headers have more fields. */
struct scheduling_attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t times_ns[3];
};

/* The program's thread of that id, of which 0 is the calling one; NULL: none of the program's.
 */
static struct thread *thread_by_id(struct thread *self, pid_t id)
{
	if (id == 0)
		return self;
	for (uint32_t i = 0; i < runtime.core.thread_count; i++) {
		struct thread *thread = runtime.core.threads[i];

		if (thread->state != THREAD_FINISHED &&
			thread_kernel_id(thread) == (uint32_t)id)
			return thread;
	}
	return NULL;
}

static int answer(struct thread *self, long result)
{
	runtime_leave(self);
	if (raw_failed(result))
		errno = (int)-result;
	return raw_failed(result) ? -1 : (int)result;
}

WEFT_HOOK int sched_setaffinity(pid_t id, size_t size, const cpu_set_t *set)
{
	struct thread *self = runtime_enter(HOOK_sched_setaffinity);
	struct thread *target;

	if (!self)
		return REAL(sched_setaffinity)(id, size, set);
	target = thread_by_id(self, id);
	return answer(self, target ? -thread_affinity_set(target, size, set)
				   : raw_syscall(SYS_sched_setaffinity, id, size, set));
}

static long get_affinity(struct thread *self, pid_t id, size_t size, cpu_set_t *ret_set)
{
	struct thread *target = thread_by_id(self, id);

	if (target)
		return thread_affinity_get(target, size, ret_set);
	bytes_fill(ret_set, 0, size);
	return raw_syscall(SYS_sched_getaffinity, id, size, ret_set);
}

WEFT_HOOK int sched_getaffinity(pid_t id, size_t size, cpu_set_t *ret_set)
{
	struct thread *self = runtime_enter(HOOK_sched_getaffinity);
	long result;

	if (!self)
		return REAL(sched_getaffinity)(id, size, ret_set);
	result = get_affinity(self, id, size, ret_set);
	return answer(self, raw_failed(result) ? result : 0);
}

long scheduling_get_affinity(pid_t id, size_t size, cpu_set_t *ret_set)
{
	struct thread *self = runtime_enter(HOOK_sched_getaffinity);

	if (!self)
		return REAL(syscall)(SYS_sched_getaffinity, id, size, ret_set);
	return answer(self, get_affinity(self, id, size, ret_set));
}

WEFT_HOOK int sched_setscheduler(pid_t id, int policy, const struct sched_param *parameters)
{
	struct thread *self = runtime_enter(HOOK_sched_setscheduler);
	struct thread *target;

	if (!self)
		return REAL(sched_setscheduler)(id, policy, parameters);
	target = parameters ? thread_by_id(self, id) : NULL;
	return answer(self,
		target ? -thread_scheduling_set(target, policy, parameters->sched_priority)
		       : raw_syscall(SYS_sched_setscheduler, id, policy, parameters));
}

WEFT_HOOK int sched_getscheduler(pid_t id)
{
	struct thread *self = runtime_enter(HOOK_sched_getscheduler);
	struct thread *target;

	if (!self)
		return REAL(sched_getscheduler)(id);
	target = thread_by_id(self, id);
	return answer(self, target ? thread_program(target)->policy
				   : raw_syscall(SYS_sched_getscheduler, id));
}

WEFT_HOOK int sched_setparam(pid_t id, const struct sched_param *parameters)
{
	struct thread *self = runtime_enter(HOOK_sched_setparam);
	struct thread *target;

	if (!self)
		return REAL(sched_setparam)(id, parameters);
	target = parameters ? thread_by_id(self, id) : NULL;
	return answer(
		self, target ? -thread_scheduling_set(target, thread_program(target)->policy,
				       parameters->sched_priority)
			     : raw_syscall(SYS_sched_setparam, id, parameters));
}

WEFT_HOOK int sched_getparam(pid_t id, struct sched_param *ret_parameters)
{
	struct thread *self = runtime_enter(HOOK_sched_getparam);
	struct thread *target;

	if (!self)
		return REAL(sched_getparam)(id, ret_parameters);
	target = ret_parameters ? thread_by_id(self, id) : NULL;
	if (!target)
		return answer(self, raw_syscall(SYS_sched_getparam, id, ret_parameters));
	ret_parameters->sched_priority = thread_program(target)->priority;
	return answer(self, 0);
}

long scheduling_set_attributes(pid_t id, const void *attributes, unsigned int flags)
{
	struct thread *self = runtime_enter(HOOK_sched_setscheduler);
	const struct scheduling_attributes *wanted = attributes;
	struct scheduling_attributes old;
	struct thread *target;
	long result;

	if (!self)
		return REAL(syscall)(SYS_sched_setattr, id, attributes, flags);
	target = attributes ? thread_by_id(self, id) : NULL;
	if (!target)
		return answer(self, raw_syscall(SYS_sched_setattr, id, attributes, flags));
	/* The kernel says whether it may be, and has its own back. */
	raw_syscall(SYS_sched_getattr, 0, &old, sizeof(old), 0);
	result = raw_syscall(SYS_sched_setattr, 0, attributes, flags);
	if (raw_failed(result))
		return answer(self, result);
	raw_syscall(SYS_sched_setattr, 0, &old, 0);
	thread_program(target)->policy = (int)wanted->policy;
	thread_program(target)->priority = (int)wanted->priority;
	return answer(self, 0);
}

long scheduling_get_attributes(
	pid_t id, void *ret_attributes, unsigned int size, unsigned int flags)
{
	struct thread *self = runtime_enter(HOOK_sched_getscheduler);
	struct scheduling_attributes *got = ret_attributes;
	struct thread *target;
	long result;

	if (!self)
		return REAL(syscall)(SYS_sched_getattr, id, ret_attributes, size, flags);
	target = thread_by_id(self, id);
	result = raw_syscall(SYS_sched_getattr, target ? 0 : id, ret_attributes, size, flags);
	if (!raw_failed(result) && target) {
		got->policy = (uint32_t)thread_program(target)->policy;
		got->priority = (uint32_t)thread_program(target)->priority;
	}
	return answer(self, result);
}
