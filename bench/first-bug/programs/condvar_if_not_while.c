/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Condition variable: `if` instead of `while`. A consumer that is woken finds that another one
 * has taken the item meanwhile. Needs 2 placed switches.
 */
#include "program.h"

#ifdef FIXED
#define UNTIL while
#else
#define UNTIL if
#endif

MUTEX(mutex);
COND(filled);
static int items;

static void *consume(void *argument)
{
	lock(&mutex);
	UNTIL(items == 0)
	pthread_cond_wait(&filled, &mutex);
	assert(items > 0);
	items--;
	unlock(&mutex);
	return argument;
}

int main(void)
{
	pthread_t first = start(consume, 0);
	pthread_t second = start(consume, 1);

	for (int i = 0; i < 2; i++) {
		lock(&mutex);
		items++;
		pthread_cond_signal(&filled);
		unlock(&mutex);
	}
	join(first);
	join(second);
	return 0;
}
