/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: livelock within 200 executions of auto
 * Two threads announce that they want to enter and give way to each other, for ever.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_int wants[2];

static void *enter(void *argument)
{
	intptr_t self = (intptr_t)argument;

	atomic_store(&wants[self], 1);
	while (atomic_load(&wants[1 - self])) {
#ifdef FIXED
		if (self == 1)
			atomic_store(&wants[self], 0);
#endif
		sched_yield();
	}
	atomic_store(&wants[self], 0);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, enter, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
