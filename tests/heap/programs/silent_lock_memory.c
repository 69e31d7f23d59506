/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * A block is freed with a lock in it that is held, as some programs do with what they throw
 * away. The next block lies there, too, with a new lock, which nobody holds. It is too large
 * for freed memory to be kept away from its next owner.
 */
#include <pthread.h>
#include <stdlib.h>

struct large {
	pthread_mutex_t lock;
	char rest[64 << 20];
};

static struct large *make(void)
{
	struct large *large = malloc(sizeof(*large));

	large->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	return large;
}

static void *throw_away(void *unused)
{
	struct large *large = make();

	pthread_mutex_lock(&large->lock);
	free(large);
	return unused;
}

int main(void)
{
	pthread_t thread;
	struct large *large;

	pthread_create(&thread, NULL, throw_away, NULL);
	pthread_join(thread, NULL);
	large = make();
	pthread_mutex_lock(&large->lock);
	pthread_mutex_unlock(&large->lock);
	free(large);
	return 0;
}
