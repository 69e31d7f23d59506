/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * All signals are blocked everywhere, and one thread takes them by sigwait(): it is an ordinary
 * thread that may lock.
 */
#include <assert.h>
#include <signal.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static sigset_t signals;
static int reloads;

static void *serve(void *unused)
{
	for (int number = 0; number != SIGTERM;) {
		if (sigwait(&signals, &number))
			abort();
		pthread_mutex_lock(&lock);
		reloads += number == SIGUSR1;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	sigaddset(&signals, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	pthread_t server = start(serve, NULL);

	pthread_kill(server, SIGUSR1);
	pthread_mutex_lock(&lock);
	assert(reloads <= 1);
	pthread_mutex_unlock(&lock);
	pthread_kill(server, SIGTERM);
	finish(server);
	return 0;
}
