/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 50 executions
 * Reading and writing a balance are each locked, changing it is not one step.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int balance;

static int get(void)
{
	pthread_mutex_lock(&lock);
	int value = balance;
	pthread_mutex_unlock(&lock);
	return value;
}

static void set(int value)
{
	pthread_mutex_lock(&lock);
	balance = value;
	pthread_mutex_unlock(&lock);
}

static void *pay_in(void *unused)
{
	set(get() + 10);
	return unused;
}

int main(void)
{
	parallel(2, pay_in);
	assert(balance == 20);
	return 0;
}
