/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two variables that belong together: an audit sums the accounts while money is on its way.
 * Needs 1 placed switch within the transfer.
 */
#include "program.h"

MUTEX(mutex);
static int accounts[3] = { 100, 100, 100 };

static void change(int account, int amount)
{
	lock(&mutex);
	accounts[account] += amount;
	unlock(&mutex);
}

static void *transfer(void *argument)
{
	int from = number_of(argument);

	lock_if_fixed();
	change(from, -10);
	change(from + 1, 10);
	unlock_if_fixed();
	return NULL;
}

static void *audit(void *argument)
{
	(void)argument;
	lock_if_fixed();
	lock(&mutex);
	assert(accounts[0] + accounts[1] + accounts[2] == 300);
	unlock(&mutex);
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	pthread_t a = start(transfer, 0);
	pthread_t b = start(transfer, 1);
	pthread_t c = start(audit, 2);

	join(a);
	join(b);
	join(c);
	return 0;
}
