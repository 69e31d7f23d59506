/* SPDX-License-Identifier: Apache-2.0 */
/* What all programs here need: starting and joining threads, and shorter names. */
#ifndef WEFT_BENCH_FIRST_BUG_PROGRAM_H
#define WEFT_BENCH_FIRST_BUG_PROGRAM_H

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define THREADS_MAX 128
#define MUTEX(name) static pthread_mutex_t name = PTHREAD_MUTEX_INITIALIZER
#define COND(name) static pthread_cond_t name = PTHREAD_COND_INITIALIZER

static inline void lock(pthread_mutex_t *mutex)
{
	pthread_mutex_lock(mutex);
}

static inline void unlock(pthread_mutex_t *mutex)
{
	pthread_mutex_unlock(mutex);
}

/*
 * Each program built with -DFIXED is the repaired one, which must never fail. Where the bug is
 * that steps are not done at once, only the repaired one has this lock around them.
 */
#ifdef FIXED
MUTEX(repair_mutex);

static inline void lock_if_fixed(void)
{
	lock(&repair_mutex);
}

static inline void unlock_if_fixed(void)
{
	unlock(&repair_mutex);
}
#else
#define lock_if_fixed() ((void)0)
#define unlock_if_fixed() ((void)0)
#endif

/* A thread's number, as start() was given it. */
static inline int number_of(void *argument)
{
	return (int)(intptr_t)argument;
}

static inline pthread_t start(void *(*body)(void *), int number)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, (void *)(intptr_t)number) != 0)
		_exit(0);
	return thread;
}

static inline void join(pthread_t thread)
{
	pthread_join(thread, NULL);
}

/* `count` threads of the same body, numbered from 0, from their start to their end. */
static inline void run_threads(int count, void *(*body)(void *))
{
	pthread_t threads[THREADS_MAX];

	for (int i = 0; i < count; i++)
		threads[i] = start(body, i);
	for (int i = 0; i < count; i++)
		join(threads[i]);
}

/* One thread of each body. */
static inline void run_two(void *(*first)(void *), void *(*second)(void *))
{
	pthread_t a = start(first, 0);
	pthread_t b = start(second, 1);

	join(a);
	join(b);
}

#endif
