/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 200 executions of auto
 * Only who comes first to the lock writes without it: most schedules order the accesses.
 */
#include <pthread.h>
#include <stdbool.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool taken;
static int balance;

static void *deposit(void *unused)
{
	bool first;

	pthread_mutex_lock(&lock);
	first = !taken;
	taken = true;
#ifdef FIXED
	balance++;
#else
	if (!first)
		balance++;
#endif
	pthread_mutex_unlock(&lock);
#ifndef FIXED
	if (first) {
		balance++;
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
#endif
	return first ? NULL : unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, deposit, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
