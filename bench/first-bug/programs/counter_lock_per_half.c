/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lost update without a data race: the lock is given back between the read and the write. Needs
 * 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static int balance = 100;

static int get(void)
{
	lock(&mutex);
	int value = balance;
	unlock(&mutex);
	return value;
}

static void set(int value)
{
	lock(&mutex);
	balance = value;
	unlock(&mutex);
}

static void *withdraw(void *argument)
{
	(void)argument;
	lock_if_fixed();
	set(get() - 10);
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_threads(2, withdraw);
	assert(balance == 80);
	return 0;
}
