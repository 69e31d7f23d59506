/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lost update: deposits read the balance and write it back under the lock, but not under one.
 * Nothing asserts anything. -DFIXED: under one.
 */
#include <pthread.h>
#include <stddef.h>
#include <weft/weft.h>

#define DEPOSITS 2

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int deposit(int amount)
{
	int read;

	pthread_mutex_lock(&lock);
	read = balance;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	balance = read + amount;
	pthread_mutex_unlock(&lock);
	return read + amount;
}

static void *work(void *amount)
{
	for (int i = 0; i < DEPOSITS; i++) {
		weft_op_begin("deposit");
		weft_op_end(deposit(*(int *)amount));
	}
	return NULL;
}

int main(void)
{
	static int amounts[] = { 1, 10 };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, &amounts[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe("balance", balance);
	return 0;
}
