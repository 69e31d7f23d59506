/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What nearly every program of the corpus begins with: threads that are started, each told its
 * number, and joined. A thread that can't be had ends the program, so that no program goes on
 * with fewer.
 */
#ifndef CORPUS_PARALLEL_H
#define CORPUS_PARALLEL_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define PARALLEL_MAX 128

static inline pthread_t start(void *(*body)(void *), void *argument)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, argument))
		abort();
	return thread;
}

static inline void finish(pthread_t thread)
{
	if (pthread_join(thread, NULL))
		abort();
}

/* The number that parallel() gave to the thread as its argument. */
static inline int number_of(void *argument)
{
	return (int)(intptr_t)argument;
}

/* Runs `count` threads, which are told their numbers from 0, until all are through. */
static inline void parallel(int count, void *(*body)(void *))
{
	pthread_t threads[PARALLEL_MAX];

	for (int i = 0; i < count; i++)
		threads[i] = start(body, (void *)(intptr_t)i);
	for (int i = 0; i < count; i++)
		finish(threads[i]);
}

#endif
