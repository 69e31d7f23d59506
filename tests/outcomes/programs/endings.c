/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outcomes of every sort: what comes last wins the exit status and the output; one order of the
 * locks deadlocks. -DFIXED: the main thread alone says what came out.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <weft/weft.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static int last;

static void *work(void *argument)
{
	intptr_t me = (intptr_t)argument;
#ifdef FIXED
	(void)me;
	pthread_mutex_t *first = &a, *second = &b;
#else
	pthread_mutex_t *first = me == 1 ? &a : &b, *second = me == 1 ? &b : &a;
#endif

	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
#ifndef FIXED
	last = (int)me;
	printf("\"%d\"\n", last);
#endif
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, (void *)(i + 1));
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe_text("winner is", last == 1 ? "one" : "two");
	for (int i = 0; i < 100; i++)
		weft_observe("long", i);
	return last;
}
