/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Order violation over two stages, each under its own lock: the second stage of one thread
 * comes before that of another which was ahead in the first. Needs 1 placed switch between the
 * stages.
 */
#include "program.h"

MUTEX(first_lock);
MUTEX(second_lock);
static int first, second;

static void *produce(void *argument)
{
	(void)argument;
	lock_if_fixed();
	lock(&first_lock);
	first = 1;
	unlock(&first_lock);
	lock(&second_lock);
	second = first + 1;
	unlock(&second_lock);
	unlock_if_fixed();
	return NULL;
}

static void *consume(void *argument)
{
	int seen;

	(void)argument;
	lock_if_fixed();
	lock(&first_lock);
	seen = first;
	unlock(&first_lock);
	unlock_if_fixed();
	if (!seen)
		return NULL;
	lock(&second_lock);
	assert(second == seen + 1);
	unlock(&second_lock);
	return NULL;
}

int main(void)
{
	pthread_t a = start(produce, 0);
	pthread_t b = start(consume, 1);
	pthread_t c = start(consume, 2);

	join(a);
	join(b);
	join(c);
	return 0;
}
