/* SPDX-License-Identifier: Apache-2.0 */
/* Sleeping and looking at clocks: order, limits, errors. */
#include "../conformance/check.h"

#include <sys/time.h>
#include <sys/times.h>

static int order[3], count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *sleep_for(void *argument)
{
	long ms = (long)argument;

	REQUIRE(usleep((useconds_t)ms * 1000));
	pthread_mutex_lock(&lock);
	order[count++] = (int)ms;
	pthread_mutex_unlock(&lock);
	return NULL;
}

static void check_sleeping(void)
{
	struct timespec start = check_time_in(CLOCK_MONOTONIC, 0);
	struct timespec until = check_time_in(CLOCK_REALTIME, 2 * CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(CLOCK_MONOTONIC, -1);
	struct timespec little = { 0, CHECK_NS_PER_MS }, bad = check_bad_time();

	CASE("sleeping");
	CHECK_ERRNO(nanosleep(&little, NULL), 0);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= CHECK_NS_PER_MS);
	CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL), 0);
	CHECK_TRUE(check_ns_since(CLOCK_REALTIME, until) >= 0);
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL), 0);
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &little, NULL), 0);
	CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
	CHECK(clock_nanosleep(CLOCK_MONOTONIC, 0, &bad, NULL), EINVAL);
	CHECK(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &little, NULL), EINVAL);
	CHECK(clock_nanosleep(1234, 0, &little, NULL), EINVAL);
	CHECK_VALUE(sleep(0), 0);
}

static void check_threads(void)
{
	pthread_t threads[3];

	CASE("threads");
	for (int i = 0; i < 3; i++)
		threads[i] = check_start(sleep_for, (void *)(long)(i + 1));
	for (int i = 0; i < 3; i++)
		check_join(threads[i]);
	CHECK_VALUE(order[0] + order[1] + order[2], 6);
}

static void check_clocks(void)
{
	struct timespec real, coarse, utc, cpu;
	struct timeval day;
	struct tms ticks;

	CASE("clocks");
	CHECK_ERRNO(clock_gettime(CLOCK_REALTIME, &real), 0);
	CHECK_ERRNO(gettimeofday(&day, NULL), 0);
	CHECK_VALUE(timespec_get(&utc, TIME_UTC), TIME_UTC);
	CHECK_VALUE(timespec_get(&utc, 0), 0);
	CHECK_ERRNO(clock_gettime(CLOCK_REALTIME_COARSE, &coarse), 0);
	CHECK_TRUE(labs(day.tv_sec - real.tv_sec) <= 1 && labs(utc.tv_sec - real.tv_sec) <= 1);
	CHECK_TRUE(
		labs(time(NULL) - real.tv_sec) <= 1 && labs(coarse.tv_sec - real.tv_sec) <= 1);
	CHECK_ERRNO(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu), 0);
	CHECK_ERRNO(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu), 0);
	CHECK_TRUE(clock() != (clock_t)-1 && times(&ticks) != (clock_t)-1);
	CHECK_ERRNO(clock_gettime(1234, &real), EINVAL);
}

int main(void)
{
	check_sleeping();
	check_threads();
	check_clocks();
	return 0;
}
