/* SPDX-License-Identifier: Apache-2.0 */
/* Names of waiting functions; see sync_function.h. */
#include "tool/stuck/sync_function.h"

#include <string.h>

/* The functions of interest lie right above the system call. */
#define FRAMES_LOOKED_AT 10

/* Beginnings of names, without underscores in front: glibc has many aliases of each. */
static const struct {
	const char *prefix;
	enum sync_function function;
} functions[] = {
	{ "pthread_mutex_lock", SYNC_MUTEX },
	{ "pthread_mutex_timedlock", SYNC_MUTEX },
	{ "pthread_mutex_clocklock", SYNC_MUTEX },
	{ "pthread_mutex_cond_lock", SYNC_MUTEX },
	{ "mtx_lock", SYNC_MUTEX },
	{ "mtx_timedlock", SYNC_MUTEX },
	{ "pthread_rwlock_rdlock", SYNC_READ_LOCK },
	{ "pthread_rwlock_timedrdlock", SYNC_READ_LOCK },
	{ "pthread_rwlock_clockrdlock", SYNC_READ_LOCK },
	{ "pthread_rwlock_wrlock", SYNC_WRITE_LOCK },
	{ "pthread_rwlock_timedwrlock", SYNC_WRITE_LOCK },
	{ "pthread_rwlock_clockwrlock", SYNC_WRITE_LOCK },
	{ "pthread_cond_wait", SYNC_CONDITION },
	{ "pthread_cond_timedwait", SYNC_CONDITION },
	{ "pthread_cond_clockwait", SYNC_CONDITION },
	{ "cnd_wait", SYNC_CONDITION },
	{ "cnd_timedwait", SYNC_CONDITION },
	{ "sem_wait", SYNC_SEMAPHORE },
	{ "sem_timedwait", SYNC_SEMAPHORE },
	{ "sem_clockwait", SYNC_SEMAPHORE },
	{ "new_sem_wait", SYNC_SEMAPHORE },
	{ "pthread_join", SYNC_JOIN },
	{ "pthread_timedjoin", SYNC_JOIN },
	{ "pthread_clockjoin", SYNC_JOIN },
	{ "thrd_join", SYNC_JOIN },
	{ "pthread_barrier_wait", SYNC_BARRIER },
	{ "pthread_once", SYNC_ONCE },
	{ "call_once", SYNC_ONCE },
	{ "cxa_guard_acquire", SYNC_GUARD },
};

static const char *without_underscores(const char *name)
{
	return name + strspn(name, "_");
}

static enum sync_function function_named(const char *name)
{
	name = without_underscores(name);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strncmp(name, functions[i].prefix, strlen(functions[i].prefix)) == 0)
			return functions[i].function;
	return SYNC_UNKNOWN;
}

enum sync_function sync_function_of(const struct stuck_stack *stack)
{
	for (size_t i = 0; i < stack->count && i < FRAMES_LOOKED_AT; i++) {
		const char *name = stack->frames[i].function;
		enum sync_function function = name ? function_named(name) : SYNC_UNKNOWN;

		if (function != SYNC_UNKNOWN)
			return function;
	}
	return SYNC_UNKNOWN;
}

bool sync_function_is_hidden(const struct stuck_stack *stack)
{
	return stack->count > 1 && stack->frames[0].is_system && !stack->frames[0].function &&
	       stack->frames[1].is_system && !stack->frames[1].function;
}

/* What only carries the system call out. */
static bool is_carrier(const char *name)
{
	name = without_underscores(name);
	return strncmp(name, "futex", 5) == 0 || strncmp(name, "internal_", 9) == 0 ||
	       strncmp(name, "lll_", 4) == 0 || strcmp(name, "syscall") == 0;
}

const char *sync_function_name(const struct stuck_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		if (stack->frames[i].function && !is_carrier(stack->frames[i].function))
			return stack->frames[i].function;
	return NULL;
}
