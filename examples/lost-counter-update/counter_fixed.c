/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of counter.c: an increment is one atomic operation.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#define EVENTS_EACH 3

static atomic_int event_count;

static void *count_events(void *unused)
{
	for (int i = 0; i < EVENTS_EACH; i++)
		atomic_fetch_add(&event_count, 1);
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
