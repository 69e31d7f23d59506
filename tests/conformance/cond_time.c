/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Timed waits on condition variables: each clock, the time that has to pass first, invalid
 * times, and that the mutex is held again afterwards.
 */
#include "check.h"

static pthread_mutex_t mutex;
static pthread_cond_t condition;

static void *try_lock(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)pthread_mutex_trylock(&mutex);
}

static void check_mutex_is_held(void)
{
	CHECK_VALUE((intptr_t)check_in_thread(try_lock, NULL), EBUSY);
}

/* Waits on the condition's own clock until the time comes; spurious wakeups may come before. */
static int wait_until(const struct timespec *deadline)
{
	int error;

	do
		error = pthread_cond_timedwait(&condition, &mutex, deadline);
	while (!error);
	return error;
}

static int wait_until_on(clockid_t clock, const struct timespec *deadline)
{
	int error;

	do
		error = pthread_cond_clockwait(&condition, &mutex, clock, deadline);
	while (!error);
	return error;
}

static void check_own_clock(clockid_t clock)
{
	struct timespec soon = check_time_in(clock, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(clock, -1000);
	struct timespec bad = check_bad_time();
	struct timespec negative = { 0, -1 };

	CHECK(wait_until(&soon), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(clock, soon) >= 0);
	check_mutex_is_held();
	CHECK(wait_until(&past), ETIMEDOUT);
	CHECK(wait_until(&bad), EINVAL);
	CHECK(wait_until(&negative), EINVAL);
	check_mutex_is_held();
}

static void check_given_clock(clockid_t clock)
{
	struct timespec soon = check_time_in(clock, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(clock, -1000);
	struct timespec bad = check_bad_time();

	CHECK(wait_until_on(clock, &soon), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(clock, soon) >= 0);
	CHECK(wait_until_on(clock, &past), ETIMEDOUT);
	CHECK(wait_until_on(clock, &bad), EINVAL);
	CHECK(wait_until_on(CLOCK_PROCESS_CPUTIME_ID, &soon), EINVAL);
	check_mutex_is_held();
}

static void check_condition(const char *name, clockid_t clock)
{
	pthread_condattr_t attributes;

	CASE(name);
	REQUIRE(pthread_condattr_init(&attributes));
	REQUIRE(pthread_condattr_setclock(&attributes, clock));
	REQUIRE(pthread_cond_init(&condition, &attributes));
	REQUIRE(pthread_condattr_destroy(&attributes));
	CHECK(pthread_mutex_lock(&mutex), 0);
	check_own_clock(clock);
	check_given_clock(CLOCK_REALTIME);
	check_given_clock(CLOCK_MONOTONIC);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_cond_destroy(&condition), 0);
}

static int ready;

static void *make_ready(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&mutex));
	ready = 1;
	REQUIRE(pthread_cond_signal(&condition));
	REQUIRE(pthread_mutex_unlock(&mutex));
	return NULL;
}

/*
 * A signal ends the wait with success, however far the deadline is. That it is reached before
 * the other thread gets to signal is unlikely, but allowed: then the program waits again.
 */
static int wait_until_ready(clockid_t clock)
{
	int error = 0;

	while (!ready) {
		struct timespec far = check_time_in(clock, 3600 * 1000L);

		if (clock == CLOCK_REALTIME)
			error = pthread_cond_timedwait(&condition, &mutex, &far);
		else
			error = pthread_cond_clockwait(&condition, &mutex, clock, &far);
		if (error && error != ETIMEDOUT)
			return error;
	}
	return 0;
}

static void check_signal_in_time(clockid_t clock)
{
	pthread_t thread;

	CASE("signal in time");
	ready = 0;
	REQUIRE(pthread_cond_init(&condition, NULL));
	REQUIRE(pthread_mutex_lock(&mutex));
	thread = check_start(make_ready, NULL);
	CHECK(wait_until_ready(clock), 0);
	REQUIRE(pthread_mutex_unlock(&mutex));
	check_join(thread);
	REQUIRE(pthread_cond_destroy(&condition));
}

/* The mutex is taken again even when that takes longer than the deadline. */
static void check_time_does_not_run_backwards(void)
{
	struct timespec start = check_time_in(CLOCK_MONOTONIC, 0);
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);

	CASE("elapsed time");
	REQUIRE(pthread_mutex_lock(&mutex));
	CHECK(wait_until(&soon), ETIMEDOUT);
	REQUIRE(pthread_mutex_unlock(&mutex));
	/* The two clocks are read one after another, and may be adjusted: leave some room. */
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >
		   (CHECK_TIMEOUT_MS - 1) * CHECK_NS_PER_MS);
}

int main(void)
{
	REQUIRE(pthread_mutex_init(&mutex, NULL));
	check_condition("real-time condition", CLOCK_REALTIME);
	check_condition("monotonic condition", CLOCK_MONOTONIC);
	check_signal_in_time(CLOCK_REALTIME);
	check_signal_in_time(CLOCK_MONOTONIC);
	REQUIRE(pthread_cond_init(&condition, NULL));
	check_time_does_not_run_backwards();
	return 0;
}
