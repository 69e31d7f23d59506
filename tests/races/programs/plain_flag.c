/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * An atomic flag that one thread writes as if it were none.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

static atomic_int stop;

static void *wait_for_stop(void *unused)
{
	for (int i = 0; i < 3 && !atomic_load(&stop); i++)
		;
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_stop, NULL);
#ifdef FIXED
	atomic_store(&stop, 1);
#else
	*(volatile int *)(uintptr_t)&stop = 1;
#endif
	pthread_join(thread, NULL);
	return 0;
}
