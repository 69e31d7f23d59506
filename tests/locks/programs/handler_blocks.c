/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, handler-blocks: a handler locks, in whatever its signal interrupts. */
#include <pthread.h>
#include <signal.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, log_lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void on_signal(int number)
{
	(void)number;
	pthread_mutex_lock(&log_lock);
	pthread_mutex_unlock(&log_lock);
}

static void *work(void *unused)
{
#ifdef FIXED
	sigset_t set, old;

	/* Let in only where nothing is interrupted. */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, &old);
#endif
	for (int i = 0; i < 3; i++) {
		pthread_mutex_lock(&lock);
		total++;
		pthread_mutex_unlock(&lock);
	}
#ifdef FIXED
	pthread_sigmask(SIG_SETMASK, &old, NULL);
#endif
	return unused;
}

int main(void)
{
	pthread_t thread;

	signal(SIGUSR1, on_signal);
#ifdef FIXED
	/* A signal that a thread sends itself interrupts nothing either. */
	raise(SIGUSR1);
	work(NULL);
	(void)thread;
#else
	if (pthread_create(&thread, NULL, work, NULL))
		return 1;
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
#endif
	return 0;
}
