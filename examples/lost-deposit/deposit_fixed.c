/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of deposit.c: a deposit takes the lock once.
 */
#include <pthread.h>
#include <stddef.h>
#include <weft/weft.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static void *deposit(void *amount)
{
	weft_op_begin("deposit");
	pthread_mutex_lock(&lock);
	balance += *(int *)amount;
	pthread_mutex_unlock(&lock);
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
