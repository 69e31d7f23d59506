/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: no deadlock: threads wait for a mutex whose owner runs. */
#include "hang.h"

static pthread_mutex_t busy_lock = PTHREAD_MUTEX_INITIALIZER;
static volatile unsigned long counter;

static void *compute(void *unused)
{
	pthread_mutex_lock(&busy_lock);
	meet();
	for (;;)
		++counter;
	return unused;
}

static void *wait_for_lock(void *unused)
{
	meet();
	pthread_mutex_lock(&busy_lock);
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	set_up(3);
	pthread_create(&threads[0], NULL, compute, NULL);
	pthread_create(&threads[1], NULL, wait_for_lock, NULL);
	pthread_create(&threads[2], NULL, wait_for_lock, NULL);
	announce();
	pthread_join(threads[1], NULL);
	return 0;
}
