/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Priority-inheriting and priority-protected mutexes. A protected mutex can only be locked by a
 * thread under a real-time policy; where that isn't permitted, only the refusal is checked.
 */
#include "check.h"

#include <sched.h>

static pthread_mutex_t mutex;

static void mutex_of(int protocol, int type)
{
	pthread_mutexattr_t attributes;

	REQUIRE(pthread_mutexattr_init(&attributes));
	REQUIRE(pthread_mutexattr_settype(&attributes, type));
	REQUIRE(pthread_mutexattr_setprotocol(&attributes, protocol));
	if (protocol == PTHREAD_PRIO_PROTECT)
		REQUIRE(pthread_mutexattr_setprioceiling(&attributes, 5));
	REQUIRE(pthread_mutex_init(&mutex, &attributes));
	REQUIRE(pthread_mutexattr_destroy(&attributes));
}

static void *try_while_held(void *unused)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec soon_monotonic = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec bad = check_bad_time();

	(void)unused;
	CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), ETIMEDOUT);
	CHECK(pthread_mutex_clocklock(&mutex, CLOCK_MONOTONIC, &soon_monotonic), ETIMEDOUT);
	CHECK(pthread_mutex_timedlock(&mutex, &bad), EINVAL);
	return NULL;
}

static void *unlock_not_held(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_unlock(&mutex), EPERM);
	return NULL;
}

static void *lock_and_unlock(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	return NULL;
}

static void check_inheriting(const char *name, int type)
{
	struct timespec past = check_time_in(CLOCK_REALTIME, -1000);
	int ceiling;

	CASE(name);
	mutex_of(PTHREAD_PRIO_INHERIT, type);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_destroy(&mutex), EBUSY);
	check_in_thread(try_while_held, NULL);
	if (type == PTHREAD_MUTEX_ERRORCHECK) {
		CHECK(pthread_mutex_lock(&mutex), EDEADLK);
		/* POSIX says EBUSY; so does glibc for mutexes without a protocol. */
		CHECK(pthread_mutex_trylock(&mutex), EDEADLK);
	} else if (type == PTHREAD_MUTEX_RECURSIVE) {
		CHECK(pthread_mutex_lock(&mutex), 0);
		CHECK(pthread_mutex_trylock(&mutex), 0);
		CHECK(pthread_mutex_unlock(&mutex), 0);
		CHECK(pthread_mutex_unlock(&mutex), 0);
	} else {
		CHECK(pthread_mutex_trylock(&mutex), EBUSY);
	}
	if (type != PTHREAD_MUTEX_NORMAL)
		check_in_thread(unlock_not_held, NULL);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_timedlock(&mutex, &past), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	check_in_thread(lock_and_unlock, NULL);
	CHECK(pthread_mutex_getprioceiling(&mutex, &ceiling), EINVAL);
	CHECK(pthread_mutex_setprioceiling(&mutex, 3, &ceiling), EINVAL);
	CHECK(pthread_mutex_consistent(&mutex), EINVAL);
	CHECK(pthread_mutex_destroy(&mutex), 0);
}

static void *lock_above_ceiling(void *unused)
{
	struct sched_param parameters = { .sched_priority = 9 };

	(void)unused;
	REQUIRE(pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters));
	CHECK(pthread_mutex_lock(&mutex), EINVAL);
	CHECK(pthread_mutex_trylock(&mutex), EINVAL);
	return NULL;
}

static void check_protected_in_real_time(void)
{
	struct timespec soon = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	int ceiling = 0;

	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_trylock(&mutex), EDEADLK);
	CHECK(pthread_mutex_timedlock(&mutex, &soon), EDEADLK);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_setprioceiling(&mutex, 6, &ceiling), 0);
	CHECK_VALUE(ceiling, 5);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	check_in_thread(lock_above_ceiling, NULL);
}

/*
 * One attempt in each thread: glibc 2.36 counts the priority as raised though it couldn't, so
 * that a second attempt succeeds.
 */
static void *lock_without_priority(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_lock(&mutex), EINVAL);
	return NULL;
}

static void *try_without_priority(void *unused)
{
	(void)unused;
	CHECK(pthread_mutex_trylock(&mutex), EINVAL);
	return NULL;
}

static void *be_real_time(void *unused)
{
	struct sched_param parameters = { .sched_priority = 2 };
	int error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &parameters);

	(void)unused;
	if (error == EPERM)
		printf("%s: real-time scheduling is not permitted here\n", check_case_name);
	else
		check_protected_in_real_time();
	return NULL;
}

static void check_protected(void)
{
	int ceiling = 0;

	CASE("protected mutex");
	mutex_of(PTHREAD_PRIO_PROTECT, PTHREAD_MUTEX_ERRORCHECK);
	CHECK(pthread_mutex_getprioceiling(&mutex, &ceiling), 0);
	CHECK_VALUE(ceiling, 5);
	CHECK(pthread_mutex_setprioceiling(&mutex, 1000, &ceiling), EINVAL);
	CHECK(pthread_mutex_setprioceiling(&mutex, -1, &ceiling), EINVAL);
	check_in_thread(lock_without_priority, NULL);
	check_in_thread(try_without_priority, NULL);
	check_in_thread(be_real_time, NULL);
	CHECK(pthread_mutex_destroy(&mutex), 0);
}

static void check_without_protocol(void)
{
	int ceiling;

	CASE("mutex without protocol");
	mutex_of(PTHREAD_PRIO_NONE, PTHREAD_MUTEX_NORMAL);
	CHECK(pthread_mutex_getprioceiling(&mutex, &ceiling), EINVAL);
	CHECK(pthread_mutex_setprioceiling(&mutex, 3, &ceiling), EINVAL);
	CHECK(pthread_mutex_destroy(&mutex), 0);
}

int main(void)
{
	check_inheriting("inheriting normal", PTHREAD_MUTEX_NORMAL);
	check_inheriting("inheriting recursive", PTHREAD_MUTEX_RECURSIVE);
	check_inheriting("inheriting error-checking", PTHREAD_MUTEX_ERRORCHECK);
	check_inheriting("inheriting adaptive", PTHREAD_MUTEX_ADAPTIVE_NP);
	check_protected();
	check_without_protocol();
	return 0;
}
