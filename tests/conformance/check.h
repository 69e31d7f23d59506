/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a conformance program states and prints. Each check evaluates one expression, prints one
 * line with what came out, and ends the program with status 1 when that is not what the
 * standard (or glibc's manual, for its extensions) documents. The lines of a native run and of
 * a run under weft are compared: they may hold no address, no time, no id and nothing that
 * depends on the schedule. Usable from C and C++.
 */
#ifndef WEFT_TESTS_CONFORMANCE_CHECK_H
#define WEFT_TESTS_CONFORMANCE_CHECK_H

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Long enough for a waiter to block, short enough for a test. */
#define CHECK_TIMEOUT_MS 4

#define CHECK_NS_PER_MS 1000000L
#define CHECK_NS_PER_S 1000000000L

/* The case that the following lines belong to; set by one thread while no other checks. */
static const char *check_case_name = "";

#define CASE(name) (check_case_name = (name))

/* A function that returns 0 or an error number, as those of POSIX threads do. */
#define CHECK(call, expected) check_error(__FILE__, __LINE__, #call, (call), (expected))

/* A function that returns -1 and sets errno; 0 as `expected` says that it succeeds with 0. */
#define CHECK_ERRNO(call, expected) \
	check_errno(__FILE__, __LINE__, #call, (errno = 0, (long)(call)), (expected))

/* Any integer. */
#define CHECK_VALUE(expression, expected) \
	check_value(__FILE__, __LINE__, #expression, (long)(expression), (long)(expected))

#define CHECK_TRUE(condition) check_true(__FILE__, __LINE__, #condition, !!(condition))

/* Set-up that has to succeed with 0 and prints nothing. */
#define REQUIRE(call) check_require(__FILE__, __LINE__, #call, (long)(call))

__attribute__((noreturn, format(printf, 3, 4))) static inline void check_fail(
	const char *file, int line, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	printf("FAIL %s:%d: %s: ", file, line, check_case_name);
	vprintf(format, arguments);
	printf("\n");
	fflush(stdout);
	va_end(arguments);
	_exit(1);
}

static inline const char *check_error_name(int error)
{
	const char *name = strerrorname_np(error);

	return error && name ? name : error ? "unknown error" : "0";
}

static inline void check_error(
	const char *file, int line, const char *text, int result, int expected)
{
	if (result != expected)
		check_fail(file, line, "%s is %s (%d), not %s", text, check_error_name(result),
			result, check_error_name(expected));
	printf("%s: %s: %s\n", check_case_name, text, check_error_name(result));
}

static inline void check_errno(
	const char *file, int line, const char *text, long result, int expected)
{
	int error = result == -1 ? errno : 0;

	if (error != expected || (result && result != -1))
		check_fail(file, line, "%s is %ld (%s), not %s", text, result,
			check_error_name(error), check_error_name(expected));
	printf("%s: %s: %s\n", check_case_name, text, check_error_name(error));
}

static inline void check_value(
	const char *file, int line, const char *text, long value, long expected)
{
	if (value != expected)
		check_fail(file, line, "%s is %ld, not %ld", text, value, expected);
	printf("%s: %s: %ld\n", check_case_name, text, value);
}

static inline void check_true(const char *file, int line, const char *text, int holds)
{
	if (!holds)
		check_fail(file, line, "%s does not hold", text);
	printf("%s: %s\n", check_case_name, text);
}

static inline void check_require(const char *file, int line, const char *text, long result)
{
	if (result)
		check_fail(file, line, "%s is %ld (%s)", text, result,
			check_error_name(result == -1 ? errno : (int)result));
}

/* The time of `clock` in `milliseconds` from now; they may be negative. */
static inline struct timespec check_time_in(clockid_t clock, long milliseconds)
{
	struct timespec time;

	REQUIRE(clock_gettime(clock, &time));
	time.tv_sec += milliseconds / 1000;
	time.tv_nsec += milliseconds % 1000 * CHECK_NS_PER_MS;
	if (time.tv_nsec >= CHECK_NS_PER_S) {
		time.tv_nsec -= CHECK_NS_PER_S;
		time.tv_sec++;
	} else if (time.tv_nsec < 0) {
		time.tv_nsec += CHECK_NS_PER_S;
		time.tv_sec--;
	}
	return time;
}

/* Nanoseconds of `clock` that went by since `start`. */
static inline int64_t check_ns_since(clockid_t clock, struct timespec start)
{
	struct timespec now;

	REQUIRE(clock_gettime(clock, &now));
	return (int64_t)(now.tv_sec - start.tv_sec) * CHECK_NS_PER_S + now.tv_nsec -
	       start.tv_nsec;
}

/* A time that no timed function accepts: EINVAL. */
static inline struct timespec check_bad_time(void)
{
	struct timespec time = { 0, CHECK_NS_PER_S };

	return time;
}

static inline pthread_t check_start(void *(*routine)(void *), void *argument)
{
	pthread_t thread;

	REQUIRE(pthread_create(&thread, NULL, routine, argument));
	return thread;
}

/* Joins and returns what the thread returned. */
static inline void *check_join(pthread_t thread)
{
	void *value = NULL;

	REQUIRE(pthread_join(thread, &value));
	return value;
}

/* Runs `routine` in a thread of its own, to its end. */
static inline void *check_in_thread(void *(*routine)(void *), void *argument)
{
	return check_join(check_start(routine, argument));
}

#endif
