/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions of auto
 * Two threads count what they have done. An increment reads, adds and writes back: a switch
 * between the reading and the writing loses the other thread's increments.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

#define EVENTS_EACH 3

static int event_count;

static void *count_events(void *unused)
{
	for (int i = 0; i < EVENTS_EACH; i++)
		event_count++;
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, count_events, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(event_count == 2 * EVENTS_EACH);
	return 0;
}
