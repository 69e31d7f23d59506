/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fiber interface of TSan: a program with coroutines of its own tells which of them runs.
 *
 * To the scheduler they are all one thread, the one that switches between them: only one can
 * run at a time and the program itself says which. So a fiber is no more than a name here, and
 * the current one of each thread is kept because the program may ask for it.
 */
#include "runtime/interpose/tsan_abi.h"

/* What the thread switched to last; NULL while it is on the stack that it began with. */
static __thread void *current_fiber __attribute__((tls_model("initial-exec")));

TSAN_ENTRY(void *, __tsan_get_current_fiber, void)
{
	return current_fiber ? current_fiber : (void *)&current_fiber;
}

/*
 * Returns a name that no other fiber has: consecutive numbers, below any address. Naming is all
 * it does, so that there is nothing to free when the fiber is destroyed.
 */
TSAN_ENTRY(void *, __tsan_create_fiber, unsigned int flags)
{
	static uintptr_t fiber_count;

	(void)flags;
	return (void *)__atomic_add_fetch(&fiber_count, 1, __ATOMIC_RELAXED);
}

TSAN_ENTRY(void, __tsan_destroy_fiber, void *fiber)
{
	(void)fiber;
}

TSAN_ENTRY(void, __tsan_switch_to_fiber, void *fiber, unsigned int flags)
{
	(void)flags;
	current_fiber = fiber;
}

TSAN_ENTRY(void, __tsan_set_fiber_name, void *fiber, const char *name)
{
	(void)fiber;
	(void)name;
}
