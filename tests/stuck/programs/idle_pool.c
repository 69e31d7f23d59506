/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: no deadlock: a pool waits for work on a condition variable, and main for input that
 * becomes work. With an argument main only waits to be ended, in pause().
 */
#include "hang.h"

#include <poll.h>

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static int queued;

static void *work(void *unused)
{
	pthread_mutex_lock(&queue_lock);
	for (;;) {
		while (queued == 0)
			pthread_cond_wait(&queue_filled, &queue_lock);
		queued--;
	}
	return unused;
}

int main(int argc, char **argv)
{
	struct pollfd entry = { .fd = STDIN_FILENO, .events = POLLIN };
	pthread_t threads[4];

	(void)argv;
	for (size_t i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	announce();
	while (argc > 1)
		pause();
	while (poll(&entry, 1, -1) == 1) {
		pthread_mutex_lock(&queue_lock);
		queued++;
		pthread_cond_signal(&queue_filled);
		pthread_mutex_unlock(&queue_lock);
	}
	return 0;
}
