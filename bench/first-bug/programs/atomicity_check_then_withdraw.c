/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Check then act: the balance is checked under the lock, and the money taken under it later.
 * Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static int balance = 100;

static void *withdraw(void *argument)
{
	bool enough;

	(void)argument;
	lock(&mutex);
	enough = balance >= 100;
#ifndef FIXED
	unlock(&mutex);
	if (!enough)
		return NULL;
	lock(&mutex);
#endif
	if (enough)
		balance -= 100;
	unlock(&mutex);
	return NULL;
}

int main(void)
{
	run_threads(2, withdraw);
	assert(balance >= 0);
	return 0;
}
