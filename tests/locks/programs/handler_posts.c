/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main waits until a signal from outside: its handler posts (SEMAPHORE) or writes (PIPE), as
 * handlers may. CIRCLE: what main waits for may come, but two workers wait for each other.
 * BLOCKED: nobody lets the signal through.
 */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

enum { SEMAPHORE, PIPE, CIRCLE, BLOCKED };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t both;
static sem_t stop;
static int ends[2], stopped;

static void on_signal(int number)
{
	(void)number;
	sem_post(&stop);
	if (write(ends[1], "x", 1) != 1)
		_exit(3);
}

static void *work(void *first)
{
	pthread_mutex_t *one = first ? &lock : &other, *two = first ? &other : &lock;

	if (CASE == CIRCLE) {
		pthread_mutex_lock(one);
		pthread_barrier_wait(&both);
		pthread_mutex_lock(two);
		pthread_mutex_unlock(two);
		pthread_mutex_unlock(one);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	while (!stopped)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void wait_for_signal(void)
{
	char byte;

	puts("waiting");
	fflush(stdout);
	if (CASE == PIPE)
		while (read(ends[0], &byte, 1) != 1)
			;
	else
		while (sem_wait(&stop))
			;
}

int main(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	pthread_t threads[2];
	sigset_t set;

	sem_init(&stop, 0, 0);
	pthread_barrier_init(&both, NULL, 2);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (CASE == BLOCKED)
		pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (pipe(ends) || sigaction(SIGUSR1, &action, NULL))
		return 1;
	for (size_t i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, work, i ? &lock : NULL))
			return 1;
	wait_for_signal();
	pthread_mutex_lock(&lock);
	stopped = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
