/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: atomicity within 100 executions of auto
 * Deposits take the lock twice, to read the balance and to write it: what others deposited in
 * between is lost. Nothing asserts anything; the deposits are only marked as operations.
 */
#include <pthread.h>
#include <stddef.h>
#include <weft/weft.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int balance_now(void)
{
	pthread_mutex_lock(&lock);
	int now = balance;
	pthread_mutex_unlock(&lock);
	return now;
}

static void set_balance(int amount)
{
	pthread_mutex_lock(&lock);
	balance = amount;
	pthread_mutex_unlock(&lock);
}

static void *deposit(void *amount)
{
	weft_op_begin("deposit");
	set_balance(balance_now() + *(int *)amount);
	weft_op_end(0);
	return NULL;
}

int main(void)
{
	static int amounts[] = { 30, 70 };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, deposit, &amounts[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe("balance", balance);
	return 0;
}
