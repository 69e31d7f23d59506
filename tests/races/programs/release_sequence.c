/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 200 executions of auto
 * A relaxed read-modify-write continues the release sequence of the store it follows; a relaxed
 * store of another thread ends it.
 */
#include <pthread.h>
#include <stdatomic.h>

static int message;
static atomic_int stage;

static void *publish(void *unused)
{
	message = 1;
	atomic_store_explicit(&stage, 1, memory_order_release);
	return unused;
}

static void *pass_on(void *unused)
{
#ifdef FIXED
	int one = 1;

	atomic_compare_exchange_strong_explicit(
		&stage, &one, 2, memory_order_relaxed, memory_order_relaxed);
#else
	if (atomic_load_explicit(&stage, memory_order_relaxed) == 1)
		atomic_store_explicit(&stage, 2, memory_order_relaxed);
#endif
	return unused;
}

static void *receive(void *unused)
{
	if (atomic_load_explicit(&stage, memory_order_acquire) == 2)
		message++;
	return unused;
}

int main(void)
{
	static void *(*const routines[])(void *) = { publish, pass_on, receive };
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, routines[i], NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
