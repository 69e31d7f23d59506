/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be asked of and set for a thread besides running it: name, affinity, scheduling
 * policy, CPU clock, attributes. Nothing of it changes who runs, since weft decides that; so it
 * is kept here, checked as the kernel would, and the kernel's own threads stay as they are.
 */
#include <errno.h>
#include <sys/prctl.h>

#include "common/bytes.h"
#include "runtime/interpose/thread.h"
#include "runtime/interpose/thread_data.h"
#include "runtime/interpose/thread_property.h"
#include "runtime/sys/raw.h"

#define NAME_SIZE 16

bool thread_defaults_changed;

void thread_property_take(struct program_thread *program, const pthread_attr_t *attributes)
{
	struct sched_param parameters;
	int inherits, policy;
	cpu_set_t affinity;

	if (pthread_attr_getinheritsched(attributes, &inherits) == 0 &&
		inherits == PTHREAD_EXPLICIT_SCHED &&
		pthread_attr_getschedpolicy(attributes, &policy) == 0 &&
		pthread_attr_getschedparam(attributes, &parameters) == 0) {
		program->policy = policy;
		program->priority = parameters.sched_priority;
	}
	if (pthread_attr_getaffinity_np(attributes, sizeof(affinity), &affinity) == 0 &&
		CPU_COUNT(&affinity) < CPU_SETSIZE) {
		program->affinity = affinity;
		program->affinity_set = true;
	}
}

WEFT_HOOK int pthread_setattr_default_np(const pthread_attr_t *attributes)
{
	int result = REAL(pthread_setattr_default_np)(attributes);

	if (result == 0)
		thread_defaults_changed = true;
	return result;
}

WEFT_HOOK int pthread_getattr_np(pthread_t handle, pthread_attr_t *attributes)
{
	struct thread *self = runtime_enter(HOOK_pthread_getattr_np);
	struct thread *target;
	int result;

	if (!self)
		return REAL(pthread_getattr_np)(handle, attributes);
	result = REAL(pthread_getattr_np)(handle, attributes);
	target = thread_by_handle(handle);
	/* The carrier's threads are all joinable for glibc. */
	if (result == 0 && target)
		pthread_attr_setdetachstate(attributes, thread_program(target)->detached
								? PTHREAD_CREATE_DETACHED
								: PTHREAD_CREATE_JOINABLE);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_setname_np(pthread_t handle, const char *name)
{
	struct thread *self = runtime_enter(HOOK_pthread_setname_np);
	struct thread *target;
	int result = 0;

	if (!self)
		return REAL(pthread_setname_np)(handle, name);
	target = thread_by_handle(handle);
	if (string_len(name) >= NAME_SIZE)
		result = ERANGE;
	else if (!target)
		result = ESRCH;
	else
		string_copy(target->name, name, sizeof(target->name));
	/* For debuggers, where the kernel knows the thread. */
	if (result == 0 && runtime.carrier == &carrier_thread)
		REAL(pthread_setname_np)(handle, name);
	if (result == 0)
		thread_program(target)->named = true;
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_getname_np(pthread_t handle, char *ret_name, size_t size)
{
	struct thread *self = runtime_enter(HOOK_pthread_getname_np);
	struct thread *target;
	int result = 0;

	if (!self)
		return REAL(pthread_getname_np)(handle, ret_name, size);
	target = thread_by_handle(handle);
	if (size < NAME_SIZE)
		result = ERANGE;
	else if (!target)
		result = ESRCH;
	else if (thread_program(target)->named)
		string_copy(ret_name, target->name, size);
	else
		/* Until it has one of its own, a thread has the program's. */
		raw_syscall(SYS_prctl, PR_GET_NAME, ret_name);
	runtime_leave(self);
	return result;
}

/* The set of processors that the process may use; returns the kernel's size of it, or an errno.
 */
static long process_affinity(size_t size, cpu_set_t *set)
{
	bytes_fill(set, 0, size);
	return raw_syscall(SYS_sched_getaffinity, 0, size, set);
}

long thread_affinity_get(struct thread *thread, size_t size, cpu_set_t *ret_set)
{
	struct program_thread *program = thread_program(thread);
	long result = process_affinity(size, ret_set);

	if (!raw_failed(result) && program->affinity_set)
		bytes_copy(ret_set, &program->affinity,
			size < sizeof(*ret_set) ? size : sizeof(*ret_set));
	return result;
}

WEFT_HOOK int pthread_getaffinity_np(pthread_t handle, size_t size, cpu_set_t *ret_set)
{
	struct thread *self = runtime_enter(HOOK_pthread_getaffinity_np);
	struct thread *target;
	long result;

	if (!self)
		return REAL(pthread_getaffinity_np)(handle, size, ret_set);
	target = thread_by_handle(handle);
	result = target ? thread_affinity_get(target, size, ret_set) : -ESRCH;
	runtime_leave(self);
	return raw_failed(result) ? (int)-result : 0;
}

int thread_affinity_set(struct thread *target, size_t size, const cpu_set_t *set)
{
	struct program_thread *program = thread_program(target);
	cpu_set_t allowed, wanted;

	if (raw_failed(process_affinity(sizeof(allowed), &allowed)))
		return EINVAL;
	bytes_fill(&wanted, 0, sizeof(wanted));
	bytes_copy(&wanted, set, size < sizeof(wanted) ? size : sizeof(wanted));
	CPU_AND(&wanted, &wanted, &allowed);
	if (CPU_COUNT(&wanted) == 0)
		return EINVAL;
	program->affinity = wanted;
	program->affinity_set = true;
	return 0;
}

WEFT_HOOK int pthread_setaffinity_np(pthread_t handle, size_t size, const cpu_set_t *set)
{
	struct thread *self = runtime_enter(HOOK_pthread_setaffinity_np);
	struct thread *target;
	int result;

	if (!self)
		return REAL(pthread_setaffinity_np)(handle, size, set);
	target = thread_by_handle(handle);
	result = target ? thread_affinity_set(target, size, set) : ESRCH;
	runtime_leave(self);
	return result;
}

/* Whether the kernel would let this process have it: tried on the calling thread, and taken
 * back. */
static int scheduling_permitted(int policy, int priority)
{
	struct sched_param wanted = { .sched_priority = priority }, old;
	long old_policy = raw_syscall(SYS_sched_getscheduler, 0);
	long result;

	raw_syscall(SYS_sched_getparam, 0, &old);
	result = raw_syscall(SYS_sched_setscheduler, 0, policy, &wanted);
	if (raw_failed(result))
		return (int)-result;
	raw_syscall(SYS_sched_setscheduler, 0, old_policy, &old);
	return 0;
}

int thread_scheduling_set(struct thread *target, int policy, int priority)
{
	struct program_thread *program = thread_program(target);
	int result = scheduling_permitted(policy, priority);

	if (result)
		return result;
	program->policy = policy;
	program->priority = priority;
	return 0;
}

WEFT_HOOK int pthread_setschedparam(
	pthread_t handle, int policy, const struct sched_param *parameters)
{
	struct thread *self = runtime_enter(HOOK_pthread_setschedparam);
	struct thread *target;
	int result;

	if (!self)
		return REAL(pthread_setschedparam)(handle, policy, parameters);
	target = thread_by_handle(handle);
	result = target ? thread_scheduling_set(target, policy, parameters->sched_priority)
			: ESRCH;
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_setschedprio(pthread_t handle, int priority)
{
	struct thread *self = runtime_enter(HOOK_pthread_setschedprio);
	struct thread *target;
	int result;

	if (!self)
		return REAL(pthread_setschedprio)(handle, priority);
	target = thread_by_handle(handle);
	result =
		target ? thread_scheduling_set(target, thread_program(target)->policy, priority)
		       : ESRCH;
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_getschedparam(
	pthread_t handle, int *ret_policy, struct sched_param *ret_parameters)
{
	struct thread *self = runtime_enter(HOOK_pthread_getschedparam);
	struct thread *target;

	if (!self)
		return REAL(pthread_getschedparam)(handle, ret_policy, ret_parameters);
	target = thread_by_handle(handle);
	if (target) {
		*ret_policy = thread_program(target)->policy;
		ret_parameters->sched_priority = thread_program(target)->priority;
	}
	runtime_leave(self);
	return target ? 0 : ESRCH;
}

/* The kernel's number of a thread's CPU clock: all bits but the last three are the thread's id.
 */
WEFT_HOOK int pthread_getcpuclockid(pthread_t handle, clockid_t *ret_clock)
{
	struct thread *self = runtime_enter(HOOK_pthread_getcpuclockid);
	struct thread *target;

	if (!self)
		return REAL(pthread_getcpuclockid)(handle, ret_clock);
	target = thread_by_handle(handle);
	if (target)
		*ret_clock = (clockid_t)(~thread_kernel_id(target) << 3 | 6u);
	runtime_leave(self);
	return target ? 0 : ESRCH;
}
