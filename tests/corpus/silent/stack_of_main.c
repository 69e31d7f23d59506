/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Objects on main's stack, a lock and a result for each thread, which live until all are
 * joined.
 */
#include <assert.h>
#include "../parallel.h"

struct shared {
	pthread_mutex_t lock;
	int total;
};

struct part {
	struct shared *shared;
	int from, to;
};

static void *add(void *argument)
{
	const struct part *part = argument;

	for (int i = part->from; i < part->to; i++) {
		pthread_mutex_lock(&part->shared->lock);
		part->shared->total += i;
		pthread_mutex_unlock(&part->shared->lock);
	}
	return NULL;
}

int main(void)
{
	struct shared shared = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct part low = { &shared, 0, 2 }, high = { &shared, 2, 4 };
	pthread_t first = start(add, &low);

	add(&high);
	finish(first);
	assert(shared.total == 6);
	pthread_mutex_destroy(&shared.lock);
	return 0;
}
