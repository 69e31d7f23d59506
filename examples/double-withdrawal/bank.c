/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions of auto
 * Two withdrawals from one account. Each step takes the lock, so that there is no data race,
 * but the lock is released between the check and the act: both may pass the check on the same
 * money.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t account_lock = PTHREAD_MUTEX_INITIALIZER;
static long balance = 100;

static long balance_get(void)
{
	pthread_mutex_lock(&account_lock);
	long value = balance;
	pthread_mutex_unlock(&account_lock);
	return value;
}

static void balance_add(long amount)
{
	pthread_mutex_lock(&account_lock);
	balance += amount;
	pthread_mutex_unlock(&account_lock);
}

static void *withdraw(void *unused)
{
	if (balance_get() >= 80)
		balance_add(-80);
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
