/* SPDX-License-Identifier: Apache-2.0 */
/* A lock in a library that is not instrumented: what it orders, nobody sees from outside. */
#include <sched.h>

static char taken;

void spin_lock(void);
void spin_unlock(void);

void spin_lock(void)
{
	while (__atomic_test_and_set(&taken, __ATOMIC_ACQUIRE))
		sched_yield();
}

void spin_unlock(void)
{
	__atomic_clear(&taken, __ATOMIC_RELEASE);
}
