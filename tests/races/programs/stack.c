/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * A thread writes to a variable on main's stack that main does not wait for.
 */
#include <pthread.h>

static void *answer(void *place)
{
	*(int *)place = 42;
	return NULL;
}

int main(void)
{
	int place = 0;
	pthread_t thread;
	int seen;

	pthread_create(&thread, NULL, answer, &place);
#ifdef FIXED
	pthread_join(thread, NULL);
	seen = place;
#else
	seen = place;
	pthread_join(thread, NULL);
#endif
	return seen != 0 && seen != 42;
}
