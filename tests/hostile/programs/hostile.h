/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs of this folder share: each has several cases, chosen by its first argument,
 * and does something to its own process that is hard on a tool that lives in it. After that,
 * threads, a lock and a condition must work as before. A case that cannot be set up where it
 * runs ends with status 77.
 */
#ifndef WEFT_TESTS_HOSTILE_H
#define WEFT_TESTS_HOSTILE_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_HERE 77
#define THREADS 2
#define ROUNDS 3

struct hostile_case {
	const char *name;
	void (*run)(void);
};

static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t count_changed = PTHREAD_COND_INITIALIZER;
static int count;

/* For checks that must also hold where messages can't be written. */
#define MUST(condition) ((condition) ? (void)0 : abort())

static inline void *count_up(void *unused)
{
	(void)unused;
	for (int i = 0; i < ROUNDS; i++) {
		MUST(pthread_mutex_lock(&count_lock) == 0);
		count++;
		MUST(pthread_cond_signal(&count_changed) == 0);
		MUST(pthread_mutex_unlock(&count_lock) == 0);
	}
	return NULL;
}

/* Two new threads count, and this one waits for the result. */
static inline void threads_work(void)
{
	pthread_t threads[THREADS];

	count = 0;
	for (int i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, count_up, NULL) == 0);
	pthread_mutex_lock(&count_lock);
	while (count < THREADS * ROUNDS)
		pthread_cond_wait(&count_changed, &count_lock);
	pthread_mutex_unlock(&count_lock);
	for (int i = 0; i < THREADS; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
}

static inline int hostile_main(const struct hostile_case *cases, int argc, char **argv)
{
	for (const struct hostile_case *c = cases; c->name; c++) {
		if (argc < 2) {
			puts(c->name);
		} else if (strcmp(argv[1], c->name) == 0) {
			c->run();
			return 0;
		}
	}
	return argc < 2 ? 0 : 2;
}

#endif
