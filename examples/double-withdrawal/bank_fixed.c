/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of bank.c: the check and the act are under one lock.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t account_lock = PTHREAD_MUTEX_INITIALIZER;
static long balance = 100;

static void *withdraw(void *unused)
{
	pthread_mutex_lock(&account_lock);
	if (balance >= 80)
		balance -= 80;
	pthread_mutex_unlock(&account_lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, withdraw, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(balance >= 0);
	return 0;
}
