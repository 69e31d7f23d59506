/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A gate: all who wait pass when it opens, by a broadcast; a generation number tells this
 * opening from the next.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t opened = PTHREAD_COND_INITIALIZER;
static int arrived, generation;

static void *pass(void *unused)
{
	for (int round = 0; round < 2; round++) {
		pthread_mutex_lock(&lock);
		int mine = generation;

		if (++arrived == 3) {
			arrived = 0;
			generation++;
			pthread_cond_broadcast(&opened);
		}
		while (generation == mine)
			pthread_cond_wait(&opened, &lock);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	parallel(3, pass);
	assert(generation == 2);
	return 0;
}
