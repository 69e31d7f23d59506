/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each of two threads shows that it wants to go first, and then waits until the other no longer
 * does. FIXED: the second gives way.
 */
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

static int left_wants, right_wants;

static void *left(void *unused)
{
	__atomic_store_n(&left_wants, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&right_wants, __ATOMIC_SEQ_CST))
		sched_yield();
	__atomic_store_n(&left_wants, 0, __ATOMIC_SEQ_CST);
	return unused;
}

static void *right(void *unused)
{
	__atomic_store_n(&right_wants, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&left_wants, __ATOMIC_SEQ_CST)) {
#ifdef FIXED
		__atomic_store_n(&right_wants, 0, __ATOMIC_SEQ_CST);
#endif
		sched_yield();
	}
	__atomic_store_n(&right_wants, 0, __ATOMIC_SEQ_CST);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	if (pthread_create(&threads[0], NULL, left, NULL) ||
		pthread_create(&threads[1], NULL, right, NULL))
		return 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
