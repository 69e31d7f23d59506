/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creating, joining, detaching: returned values, the variants of join, and the errors for
 * threads that can't be joined.
 */
#include "check.h"

#include <limits.h>
#include <semaphore.h>

static sem_t go;
static sem_t done;
static pthread_t main_thread;
/* By pointer, since the header would expand it in place. */
static int (*volatile equal)(pthread_t, pthread_t) = pthread_equal;

static void *return_argument(void *argument)
{
	return argument;
}

static void *exit_with_argument(void *argument)
{
	pthread_exit(argument);
}

static void *wait_for_go(void *argument)
{
	REQUIRE(sem_wait(&go));
	return argument;
}

static void check_values(void)
{
	pthread_t thread;
	int value;

	CASE("value");
	CHECK_TRUE(check_in_thread(return_argument, &value) == &value);
	CHECK_TRUE(check_in_thread(return_argument, NULL) == NULL);
	CHECK_TRUE(check_in_thread(exit_with_argument, &value) == &value);
	thread = check_start(return_argument, &value);
	CHECK(pthread_join(thread, NULL), 0);
}

/* The far deadline may be reached before the thread gets to its end: then it is joined again.
 */
static int join_until_far(pthread_t thread, void **value, clockid_t clock)
{
	int error;

	do {
		struct timespec far = check_time_in(clock, 3600 * 1000L);

		if (clock == CLOCK_REALTIME)
			error = pthread_timedjoin_np(thread, value, &far);
		else
			error = pthread_clockjoin_np(thread, value, clock, &far);
	} while (error == ETIMEDOUT);
	return error;
}

static void check_join_about_end(void)
{
	void *value = NULL;
	pthread_t thread;
	int argument;

	CASE("join of a thread that ends");
	thread = check_start(return_argument, &argument);
	CHECK(join_until_far(thread, &value, CLOCK_REALTIME), 0);
	CHECK_TRUE(value == &argument);
	thread = check_start(return_argument, &argument);
	value = NULL;
	CHECK(join_until_far(thread, &value, CLOCK_MONOTONIC), 0);
	CHECK_TRUE(value == &argument);
	thread = check_start(return_argument, &argument);
	value = NULL;
	while (pthread_tryjoin_np(thread, &value) == EBUSY)
		sched_yield();
	CHECK_TRUE(value == &argument);
}

static void check_variants(void)
{
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	pthread_t thread;
	void *value;
	int argument;

	CASE("join of a thread that runs");
	thread = check_start(wait_for_go, &argument);
	CHECK(pthread_tryjoin_np(thread, &value), EBUSY);
	CHECK(pthread_timedjoin_np(thread, &value, &soon), ETIMEDOUT);
	CHECK(pthread_timedjoin_np(thread, &value, &past), ETIMEDOUT);
	CHECK(pthread_clockjoin_np(thread, &value, CLOCK_MONOTONIC, &soon_monotonic),
		ETIMEDOUT);
	CHECK(pthread_clockjoin_np(thread, &value, CLOCK_PROCESS_CPUTIME_ID, &soon), EINVAL);
	REQUIRE(sem_post(&go));
	value = NULL;
	CHECK(pthread_join(thread, &value), 0);
	CHECK_TRUE(value == &argument);

	check_join_about_end();
}

static void *join_self(void *unused)
{
	(void)unused;
	CHECK(pthread_join(pthread_self(), NULL), EDEADLK);
	return NULL;
}

static void check_deadlocks(void)
{
	CASE("deadlock");
	CHECK(pthread_join(pthread_self(), NULL), EDEADLK);
	check_in_thread(join_self, NULL);
}

static void *run_detached(void *unused)
{
	(void)unused;
	REQUIRE(sem_wait(&go));
	REQUIRE(sem_post(&done));
	return NULL;
}

static void *detach_self(void *unused)
{
	(void)unused;
	CHECK(pthread_detach(pthread_self()), 0);
	CHECK(pthread_detach(pthread_self()), EINVAL);
	REQUIRE(sem_post(&done));
	return NULL;
}

static void check_detached(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, 3600 * 1000L);
	pthread_attr_t attributes;
	pthread_t thread;

	CASE("detached at creation");
	REQUIRE(pthread_attr_init(&attributes));
	REQUIRE(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED));
	CHECK(pthread_create(&thread, &attributes, run_detached, NULL), 0);
	CHECK(pthread_join(thread, NULL), EINVAL);
	CHECK(pthread_tryjoin_np(thread, NULL), EBUSY);
	CHECK(pthread_timedjoin_np(thread, NULL, &soon), EINVAL);
	CHECK(pthread_detach(thread), EINVAL);
	REQUIRE(sem_post(&go));
	REQUIRE(sem_wait(&done));
	REQUIRE(pthread_attr_destroy(&attributes));

	CASE("detached by another");
	thread = check_start(run_detached, NULL);
	CHECK(pthread_detach(thread), 0);
	CHECK(pthread_detach(thread), EINVAL);
	CHECK(pthread_join(thread, NULL), EINVAL);
	REQUIRE(sem_post(&go));
	REQUIRE(sem_wait(&done));

	CASE("detached by itself");
	check_start(detach_self, NULL);
	REQUIRE(sem_wait(&done));
}

static void *announce_end(void *unused)
{
	(void)unused;
	REQUIRE(sem_post(&done));
	return NULL;
}

/* A thread that ended and wasn't joined can still be detached. */
static void check_detach_about_end(void)
{
	pthread_t thread;

	CASE("detached about its end");
	thread = check_start(announce_end, NULL);
	REQUIRE(sem_wait(&done));
	CHECK(pthread_detach(thread), 0);
}

static void *compare_with_main(void *unused)
{
	(void)unused;
	CHECK_TRUE(!equal(pthread_self(), main_thread));
	CHECK_TRUE(equal(pthread_self(), pthread_self()));
	return NULL;
}

static void check_identity(void)
{
	CASE("identity");
	CHECK_TRUE(equal(main_thread, pthread_self()));
	check_in_thread(compare_with_main, NULL);
}

static void *create_and_join(void *depth)
{
	int left = *(int *)depth;

	if (!left)
		return depth;
	left--;
	check_in_thread(create_and_join, &left);
	return depth;
}

static void check_nested(void)
{
	int depth = 8;

	CASE("threads that create threads");
	CHECK_TRUE(check_in_thread(create_and_join, &depth) == &depth);
}

int main(void)
{
	main_thread = pthread_self();
	REQUIRE(sem_init(&go, 0, 0));
	REQUIRE(sem_init(&done, 0, 0));
	check_values();
	check_variants();
	check_deadlocks();
	check_detached();
	check_detach_about_end();
	check_identity();
	check_nested();
	return 0;
}
