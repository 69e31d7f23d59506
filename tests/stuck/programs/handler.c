/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: no deadlock: main waits for the semaphore that the handler of SIGTERM posts. */
#include "hang.h"

#include <errno.h>
#include <semaphore.h>
#include <signal.h>

static sem_t stop;
static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;

static void on_signal(int signal)
{
	(void)signal;
	sem_post(&stop);
}

static void *work(void *unused)
{
	pthread_mutex_lock(&queue_lock);
	for (;;)
		pthread_cond_wait(&queue_filled, &queue_lock);
	return unused;
}

int main(void)
{
	pthread_t worker;

	sem_init(&stop, 0, 0);
	signal(SIGTERM, on_signal);
	pthread_create(&worker, NULL, work, NULL);
	announce();
	while (sem_wait(&stop) < 0 && errno == EINTR)
		;
	return 0;
}
