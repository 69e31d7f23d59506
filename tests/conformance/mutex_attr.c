/* SPDX-License-Identifier: Apache-2.0 */
/* Mutex attributes: defaults, every value, and EINVAL for the others. */
#include "check.h"

#include <sched.h>

static pthread_mutexattr_t attributes;

static int type_of(void)
{
	int type;

	REQUIRE(pthread_mutexattr_gettype(&attributes, &type));
	return type;
}

static int robustness_of(void)
{
	int robustness;

	REQUIRE(pthread_mutexattr_getrobust(&attributes, &robustness));
	return robustness;
}

static int protocol_of(void)
{
	int protocol;

	REQUIRE(pthread_mutexattr_getprotocol(&attributes, &protocol));
	return protocol;
}

static int sharing_of(void)
{
	int sharing;

	REQUIRE(pthread_mutexattr_getpshared(&attributes, &sharing));
	return sharing;
}

static int ceiling_of(void)
{
	int ceiling;

	REQUIRE(pthread_mutexattr_getprioceiling(&attributes, &ceiling));
	return ceiling;
}

static void check_type(void)
{
	CASE("type");
	CHECK_VALUE(type_of(), PTHREAD_MUTEX_DEFAULT);
	CHECK(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE), 0);
	CHECK_VALUE(type_of(), PTHREAD_MUTEX_RECURSIVE);
	CHECK(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK), 0);
	CHECK_VALUE(type_of(), PTHREAD_MUTEX_ERRORCHECK);
	CHECK(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ADAPTIVE_NP), 0);
	CHECK_VALUE(type_of(), PTHREAD_MUTEX_ADAPTIVE_NP);
	CHECK(pthread_mutexattr_settype(&attributes, 99), EINVAL);
	CHECK_VALUE(type_of(), PTHREAD_MUTEX_ADAPTIVE_NP);
}

static void check_robustness(void)
{
	CASE("robustness");
	CHECK_VALUE(robustness_of(), PTHREAD_MUTEX_STALLED);
	CHECK(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
	CHECK_VALUE(robustness_of(), PTHREAD_MUTEX_ROBUST);
	CHECK(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_STALLED), 0);
	CHECK_VALUE(robustness_of(), PTHREAD_MUTEX_STALLED);
	CHECK(pthread_mutexattr_setrobust(&attributes, 99), EINVAL);
}

static void check_protocol(void)
{
	CASE("protocol");
	CHECK_VALUE(protocol_of(), PTHREAD_PRIO_NONE);
	CHECK(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT), 0);
	CHECK_VALUE(protocol_of(), PTHREAD_PRIO_INHERIT);
	CHECK(pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_PROTECT), 0);
	CHECK_VALUE(protocol_of(), PTHREAD_PRIO_PROTECT);
	CHECK(pthread_mutexattr_setprotocol(&attributes, 99), EINVAL);
}

static void check_ceiling(void)
{
	CASE("priority ceiling");
	CHECK_VALUE(ceiling_of(), sched_get_priority_min(SCHED_FIFO));
	CHECK(pthread_mutexattr_setprioceiling(&attributes, 7), 0);
	CHECK_VALUE(ceiling_of(), 7);
	CHECK(pthread_mutexattr_setprioceiling(&attributes, -1), EINVAL);
	CHECK(pthread_mutexattr_setprioceiling(&attributes, 1000), EINVAL);
	CHECK_VALUE(ceiling_of(), 7);
}

static void check_sharing(void)
{
	CASE("sharing");
	CHECK_VALUE(sharing_of(), PTHREAD_PROCESS_PRIVATE);
	CHECK(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
	CHECK_VALUE(sharing_of(), PTHREAD_PROCESS_SHARED);
	CHECK(pthread_mutexattr_setpshared(&attributes, 99), EINVAL);
	CHECK_VALUE(sharing_of(), PTHREAD_PROCESS_SHARED);
}

/* A shared mutex with all that was set works as any. */
static void check_use(void)
{
	pthread_mutex_t mutex;

	CASE("mutex of a shared error-checking kind");
	REQUIRE(pthread_mutexattr_init(&attributes));
	REQUIRE(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED));
	REQUIRE(pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK));
	CHECK(pthread_mutex_init(&mutex, &attributes), 0);
	CHECK(pthread_mutexattr_destroy(&attributes), 0);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_lock(&mutex), EDEADLK);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	CHECK(pthread_mutex_destroy(&mutex), 0);
}

int main(void)
{
	CASE("attributes");
	CHECK(pthread_mutexattr_init(&attributes), 0);
	check_type();
	check_robustness();
	check_protocol();
	check_ceiling();
	check_sharing();
	CASE("attributes");
	CHECK(pthread_mutexattr_destroy(&attributes), 0);
	check_use();
	return 0;
}
