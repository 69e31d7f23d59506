/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unit tests without a framework: three checks, of which the second one has a bug. What stands
 * between them would be one as well, if it were explored.
 */
#include <assert.h>
#include <pthread.h>
#include <stdio.h>

#include "weft/weft.h"

static volatile int balance;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *withdraw_safely(void *argument)
{
	pthread_mutex_lock(&mutex);
	if (balance >= 80)
		balance -= 80;
	pthread_mutex_unlock(&mutex);
	return argument;
}

static void *withdraw(void *argument)
{
#ifdef FIXED
	return withdraw_safely(argument);
#else
	int is_enough;

	pthread_mutex_lock(&mutex);
	is_enough = balance >= 80;
	pthread_mutex_unlock(&mutex);
	if (!is_enough)
		return argument;
	pthread_mutex_lock(&mutex);
	balance -= 80;
	pthread_mutex_unlock(&mutex);
	return argument;
#endif
}

static void run_two(void *(*body)(void *))
{
	pthread_t threads[2];

	balance = 100;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, body, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

static void check_safe(void *argument)
{
	(void)argument;
	run_two(withdraw_safely);
	assert(balance == 20);
}

static void check_other(void *argument)
{
	int *calls = argument;

	run_two(withdraw);
	++*calls;
	assert(balance >= 0);
}

int main(void)
{
	int calls = 0;

	weft_check(check_safe, NULL);
	run_two(withdraw);
	assert(balance >= 0);
	weft_check(check_other, &calls);
	weft_check(check_safe, NULL);
	printf("%d\n", calls);
	return calls != 1;
}
