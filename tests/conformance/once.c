/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pthread_once: one run however many call, all wait for its end, a cancelled run counts as
 * none, and a routine may use another once control.
 */
#include "check.h"

#include <stdatomic.h>

#define THREADS 4

static pthread_once_t control = PTHREAD_ONCE_INIT;
static pthread_once_t outer = PTHREAD_ONCE_INIT;
static pthread_once_t inner = PTHREAD_ONCE_INIT;
static pthread_once_t cancelled = PTHREAD_ONCE_INIT;
static atomic_int runs;
static atomic_int finished;
static pthread_barrier_t in_routine;

static void initialise(void)
{
	atomic_fetch_add(&runs, 1);
	sched_yield();
	atomic_store(&finished, 1);
}

static void *use(void *unused)
{
	(void)unused;
	REQUIRE(pthread_once(&control, initialise));
	return (void *)(intptr_t)atomic_load(&finished);
}

static void check_contention(void)
{
	pthread_t threads[THREADS];
	intptr_t seen_finished = 0;

	CASE("contention");
	for (int i = 0; i < THREADS; i++)
		threads[i] = check_start(use, NULL);
	for (int i = 0; i < THREADS; i++)
		seen_finished += (intptr_t)check_join(threads[i]);
	CHECK_VALUE(atomic_load(&runs), 1);
	CHECK_VALUE(seen_finished, THREADS);
	CHECK(pthread_once(&control, initialise), 0);
	CHECK_VALUE(atomic_load(&runs), 1);
}

static void initialise_inner(void)
{
	printf("%s: inner runs\n", check_case_name);
}

static void initialise_outer(void)
{
	CHECK(pthread_once(&inner, initialise_inner), 0);
	printf("%s: outer runs\n", check_case_name);
}

static void wait_for_cancellation(void)
{
	if (atomic_fetch_add(&runs, 1))
		return;
	pthread_barrier_wait(&in_routine);
	for (;;)
		pause();
}

static void *use_cancelled(void *unused)
{
	(void)unused;
	pthread_once(&cancelled, wait_for_cancellation);
	return NULL;
}

static void check_cancelled(void)
{
	pthread_t first;
	pthread_t second;

	CASE("cancelled run");
	atomic_store(&runs, 0);
	REQUIRE(pthread_barrier_init(&in_routine, NULL, 2));
	first = check_start(use_cancelled, NULL);
	pthread_barrier_wait(&in_routine);
	second = check_start(use_cancelled, NULL);
	CHECK(pthread_cancel(first), 0);
	CHECK_TRUE(check_join(first) == PTHREAD_CANCELED);
	CHECK_TRUE(check_join(second) == NULL);
	CHECK_VALUE(atomic_load(&runs), 2);
	CHECK(pthread_once(&cancelled, wait_for_cancellation), 0);
	CHECK_VALUE(atomic_load(&runs), 2);
}

int main(void)
{
	check_contention();
	CASE("nested");
	CHECK(pthread_once(&outer, initialise_outer), 0);
	CHECK(pthread_once(&outer, initialise_outer), 0);
	check_cancelled();
	return 0;
}
