/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: clocks never go back, advance over a sleep by at least its length, agree with one
 * another, and every kind of sleep reports its errors.
 */
#include "check.h"

#include <sched.h>
#include <sys/time.h>

static const struct timespec short_time = { 0, 2 * CHECK_NS_PER_MS };

static struct timespec start_of(clockid_t clock)
{
	struct timespec time;

	REQUIRE(clock_gettime(clock, &time));
	return time;
}

static int never_goes_back(clockid_t clock)
{
	struct timespec last = start_of(clock);

	for (int i = 0; i < 1000; i++) {
		if (check_ns_since(clock, last) < 0)
			return 0;
		last = start_of(clock);
	}
	return 1;
}

static void check_monotony(void)
{
	struct timespec resolution;
	struct timespec time;

	CASE("clocks");
	CHECK_TRUE(never_goes_back(CLOCK_MONOTONIC));
	CHECK_TRUE(never_goes_back(CLOCK_BOOTTIME));
	CHECK_TRUE(never_goes_back(CLOCK_MONOTONIC_RAW));
	CHECK_TRUE(never_goes_back(CLOCK_MONOTONIC_COARSE));
	CHECK_TRUE(never_goes_back(CLOCK_PROCESS_CPUTIME_ID));
	CHECK_TRUE(never_goes_back(CLOCK_THREAD_CPUTIME_ID));
	CHECK_ERRNO(clock_getres(CLOCK_MONOTONIC, &resolution), 0);
	CHECK_TRUE(resolution.tv_sec == 0 && resolution.tv_nsec > 0);
	CHECK_ERRNO(clock_gettime(99, &time), EINVAL);
}

static void check_wall_clocks(void)
{
	struct timespec real = start_of(CLOCK_REALTIME);
	struct timespec standard;
	struct timeval microseconds;
	time_t seconds = time(NULL);
	time_t stored;

	CASE("wall clocks");
	CHECK_TRUE(seconds >= real.tv_sec - 1 && seconds <= real.tv_sec + 2);
	CHECK_TRUE(time(&stored) >= seconds && stored >= seconds);
	CHECK_VALUE(gettimeofday(&microseconds, NULL), 0);
	CHECK_TRUE(microseconds.tv_sec >= real.tv_sec);
	CHECK_TRUE(microseconds.tv_sec <= real.tv_sec + 2);
	CHECK_VALUE(timespec_get(&standard, TIME_UTC), TIME_UTC);
	CHECK_TRUE(standard.tv_sec >= real.tv_sec && standard.tv_sec <= real.tv_sec + 2);
	CHECK_VALUE(timespec_get(&standard, 99), 0);
}

static void check_sleeps(void)
{
	struct timespec start = start_of(CLOCK_MONOTONIC);
	struct timespec start_real = start_of(CLOCK_REALTIME);
	struct timespec bad = check_bad_time();
	struct timespec left;

	CASE("sleep");
	CHECK_ERRNO(nanosleep(&short_time, NULL), 0);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= short_time.tv_nsec);
	CHECK_TRUE(check_ns_since(CLOCK_REALTIME, start_real) > short_time.tv_nsec / 2);
	start = start_of(CLOCK_MONOTONIC);
	CHECK_ERRNO(usleep(2000), 0);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= short_time.tv_nsec);
	CHECK_VALUE(sleep(0), 0);
	CHECK_ERRNO(nanosleep(&bad, &left), EINVAL);
	CHECK_ERRNO(nanosleep(&(struct timespec){ -1, 0 }, &left), EINVAL);
}

static void check_clock_sleeps(clockid_t clock, const char *name)
{
	struct timespec start = start_of(clock);
	struct timespec deadline = check_time_in(clock, 2);
	struct timespec past = check_time_in(clock, -1000);
	struct timespec bad = check_bad_time();

	CASE(name);
	CHECK(clock_nanosleep(clock, 0, &short_time, NULL), 0);
	CHECK_TRUE(check_ns_since(clock, start) >= short_time.tv_nsec);
	CHECK(clock_nanosleep(clock, TIMER_ABSTIME, &deadline, NULL), 0);
	CHECK_TRUE(check_ns_since(clock, deadline) >= 0);
	deadline = check_time_in(clock, 2);
	CHECK(clock_nanosleep(clock, TIMER_ABSTIME, &deadline, NULL), 0);
	CHECK_TRUE(check_ns_since(clock, deadline) >= 0);
	CHECK(clock_nanosleep(clock, TIMER_ABSTIME, &past, NULL), 0);
	CHECK(clock_nanosleep(clock, 0, &bad, NULL), EINVAL);
}

static void *sleep_a_while(void *milliseconds)
{
	struct timespec duration = { 0, *(long *)milliseconds * CHECK_NS_PER_MS };

	REQUIRE(nanosleep(&duration, NULL));
	return NULL;
}

/* Sleeps of several threads overlap: together they take as long as the longest. */
static void check_parallel_sleeps(void)
{
	struct timespec start = start_of(CLOCK_MONOTONIC);
	long durations[] = { 2, 3, 4, 5 };
	pthread_t threads[4];

	CASE("parallel sleeps");
	for (int i = 0; i < 4; i++)
		threads[i] = check_start(sleep_a_while, &durations[i]);
	for (int i = 0; i < 4; i++)
		check_join(threads[i]);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= 5 * CHECK_NS_PER_MS);
}

int main(void)
{
	check_monotony();
	check_wall_clocks();
	check_sleeps();
	check_clock_sleeps(CLOCK_MONOTONIC, "clock_nanosleep monotonic");
	check_clock_sleeps(CLOCK_REALTIME, "clock_nanosleep real-time");
	CASE("clock_nanosleep");
	CHECK(clock_nanosleep(99, 0, &short_time, NULL), EINVAL);
	CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &short_time, NULL), EINVAL);
	CASE("yield");
	CHECK_ERRNO(sched_yield(), 0);
	check_parallel_sleeps();
	return 0;
}
