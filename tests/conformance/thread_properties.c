/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be asked and set of a running thread: its attributes and stack bounds, name,
 * affinity, scheduling, CPU clock, concurrency level.
 */
#include "check.h"

#include <sched.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <unistd.h>

static sem_t ready;
static sem_t go;

static void *wait_for_go(void *unused)
{
	(void)unused;
	REQUIRE(sem_post(&ready));
	REQUIRE(sem_wait(&go));
	return NULL;
}

static int has_name(pthread_t thread, const char *expected)
{
	char name[16];

	REQUIRE(pthread_getname_np(thread, name, sizeof(name)));
	return !strcmp(name, expected);
}

static void *check_own_name(void *unused)
{
	(void)unused;
	CHECK(pthread_setname_np(pthread_self(), "own"), 0);
	CHECK_TRUE(has_name(pthread_self(), "own"));
	return NULL;
}

static void check_names(pthread_t thread)
{
	char small[15];

	CASE("name");
	CHECK(pthread_setname_np(thread, "worker"), 0);
	CHECK_TRUE(has_name(thread, "worker"));
	CHECK_TRUE(!has_name(pthread_self(), "worker"));
	CHECK(pthread_setname_np(thread, "fifteen letters"), 0);
	CHECK_TRUE(has_name(thread, "fifteen letters"));
	CHECK(pthread_setname_np(thread, "sixteen letters."), ERANGE);
	CHECK_TRUE(has_name(thread, "fifteen letters"));
	CHECK(pthread_getname_np(thread, small, sizeof(small)), ERANGE);
	CHECK(pthread_setname_np(thread, ""), 0);
	CHECK_TRUE(has_name(thread, ""));
	check_in_thread(check_own_name, NULL);
}

static void check_affinity(pthread_t thread)
{
	cpu_set_t all;
	cpu_set_t one;
	cpu_set_t got;
	int first = 0;

	CASE("affinity");
	CHECK(pthread_getaffinity_np(thread, sizeof(all), &all), 0);
	CHECK_TRUE(CPU_COUNT(&all) >= 1);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	CHECK(pthread_setaffinity_np(thread, sizeof(one), &one), 0);
	CHECK(pthread_getaffinity_np(thread, sizeof(got), &got), 0);
	CHECK_TRUE(CPU_EQUAL(&one, &got));
	CHECK(pthread_getaffinity_np(pthread_self(), sizeof(got), &got), 0);
	CHECK_TRUE(CPU_EQUAL(&all, &got));
	CPU_ZERO(&one);
	CHECK(pthread_setaffinity_np(thread, sizeof(one), &one), EINVAL);
	CHECK(pthread_getaffinity_np(thread, 1, &got), EINVAL);
}

static void check_scheduling(pthread_t thread)
{
	struct sched_param parameters = { .sched_priority = 77 };
	int policy = 99;

	CASE("scheduling");
	CHECK(pthread_getschedparam(thread, &policy, &parameters), 0);
	CHECK_VALUE(policy, SCHED_OTHER);
	CHECK_VALUE(parameters.sched_priority, 0);
	CHECK(pthread_setschedparam(thread, SCHED_OTHER, &parameters), 0);
	CHECK(pthread_setschedparam(thread, SCHED_BATCH, &parameters), 0);
	CHECK(pthread_getschedparam(thread, &policy, &parameters), 0);
	CHECK_VALUE(policy, SCHED_BATCH);
	CHECK(pthread_setschedprio(thread, 0), 0);
	CHECK(pthread_setschedprio(thread, 1), EINVAL);
	CHECK(pthread_setschedparam(thread, 99, &parameters), EINVAL);
	parameters.sched_priority = 1000;
	CHECK(pthread_setschedparam(thread, SCHED_OTHER, &parameters), EINVAL);
	CHECK(pthread_getschedparam(thread, &policy, &parameters), 0);
	CHECK_VALUE(policy, SCHED_BATCH);
	CHECK_VALUE(parameters.sched_priority, 0);
}

static void *check_own_scheduling(void *unused)
{
	struct sched_param parameters = { .sched_priority = 0 };
	struct {
		uint32_t size, policy;
		uint64_t flags;
		uint32_t nice, priority;
		uint64_t times[3];
	} attributes = { .size = sizeof(attributes) };
	pid_t own = gettid();
	cpu_set_t all, one, got;
	int first = 0;

	CHECK_ERRNO(sched_getaffinity(own, sizeof(all), &all), 0);
	while (!CPU_ISSET(first, &all))
		first++;
	CPU_ZERO(&one);
	CPU_SET(first, &one);
	CHECK_ERRNO(sched_setaffinity(own, sizeof(one), &one), 0);
	CHECK_ERRNO(sched_getaffinity(0, sizeof(got), &got), 0);
	CHECK_TRUE(CPU_EQUAL(&one, &got));
	CHECK_TRUE(syscall(SYS_sched_getaffinity, own, sizeof(got), &got) > 0);
	CHECK_TRUE(CPU_EQUAL(&one, &got));
	CPU_ZERO(&one);
	CHECK_ERRNO(sched_setaffinity(own, sizeof(one), &one), EINVAL);

	CHECK_VALUE(sched_getscheduler(own), SCHED_OTHER);
	CHECK_ERRNO(sched_setscheduler(own, SCHED_BATCH, &parameters), 0);
	CHECK_VALUE(sched_getscheduler(0), SCHED_BATCH);
	CHECK_ERRNO(sched_setparam(0, &parameters), 0);
	parameters.sched_priority = 1;
	CHECK_ERRNO(sched_setparam(own, &parameters), EINVAL);
	CHECK_ERRNO(sched_setscheduler(own, 99, &parameters), EINVAL);
	CHECK_ERRNO(sched_getparam(own, &parameters), 0);
	CHECK_VALUE(parameters.sched_priority, 0);

	CHECK_ERRNO(syscall(SYS_sched_getattr, own, &attributes, sizeof(attributes), 0), 0);
	CHECK_VALUE(attributes.policy, SCHED_BATCH);
	attributes.policy = SCHED_OTHER;
	CHECK_ERRNO(syscall(SYS_sched_setattr, own, &attributes, 0), 0);
	CHECK_VALUE(sched_getscheduler(own), SCHED_OTHER);
	attributes.policy = 99;
	CHECK_ERRNO(syscall(SYS_sched_setattr, own, &attributes, 0), EINVAL);
	return unused;
}

static void check_by_id(void)
{
	struct sched_param parameters;
	cpu_set_t before, after;

	CASE("scheduling by id");
	CHECK_ERRNO(sched_getaffinity(getpid(), sizeof(before), &before), 0);
	check_in_thread(check_own_scheduling, NULL);
	CHECK_ERRNO(sched_getaffinity(0, sizeof(after), &after), 0);
	CHECK_TRUE(CPU_EQUAL(&before, &after));
	CHECK_VALUE(sched_getscheduler(0), SCHED_OTHER);
	CHECK_ERRNO(sched_getparam(-1, &parameters), EINVAL);
	CHECK_ERRNO(sched_getparam(0, NULL), EINVAL);
}

static void check_concurrency(void)
{
	CASE("concurrency");
	CHECK_VALUE(pthread_getconcurrency(), 0);
	CHECK(pthread_setconcurrency(4), 0);
	CHECK_VALUE(pthread_getconcurrency(), 4);
	CHECK(pthread_setconcurrency(-1), EINVAL);
	CHECK_VALUE(pthread_getconcurrency(), 4);
}

static void check_cpu_clock(pthread_t thread)
{
	struct timespec time;
	clockid_t clock;

	CASE("CPU clock");
	CHECK(pthread_getcpuclockid(thread, &clock), 0);
	CHECK_ERRNO(clock_gettime(clock, &time), 0);
	CHECK(pthread_getcpuclockid(pthread_self(), &clock), 0);
	CHECK_ERRNO(clock_gettime(clock, &time), 0);
	CHECK_TRUE(time.tv_sec >= 0);
}

static void *check_own_stack(void *unused)
{
	pthread_attr_t attributes;
	size_t size;
	size_t guard;
	void *bottom;
	char local;

	(void)unused;
	CHECK(pthread_getattr_np(pthread_self(), &attributes), 0);
	CHECK(pthread_attr_getstack(&attributes, &bottom, &size), 0);
	CHECK_TRUE((uintptr_t)&local >= (uintptr_t)bottom);
	CHECK_TRUE((uintptr_t)&local < (uintptr_t)bottom + size);
	CHECK(pthread_attr_getguardsize(&attributes, &guard), 0);
	CHECK(pthread_attr_destroy(&attributes), 0);
	return NULL;
}

static void *check_asked_stack(void *expected_size)
{
	pthread_attr_t attributes;
	size_t size;
	size_t guard;
	int state;

	check_own_stack(NULL);
	REQUIRE(pthread_getattr_np(pthread_self(), &attributes));
	REQUIRE(pthread_attr_getstacksize(&attributes, &size));
	REQUIRE(pthread_attr_getguardsize(&attributes, &guard));
	REQUIRE(pthread_attr_getdetachstate(&attributes, &state));
	/* What glibc puts at the stack's end counts as part of it. */
	CHECK_TRUE(size >= *(size_t *)expected_size - 8192);
	CHECK_TRUE(size <= *(size_t *)expected_size);
	CHECK_VALUE(guard, 2 * 4096);
	CHECK_VALUE(state, PTHREAD_CREATE_JOINABLE);
	REQUIRE(pthread_attr_destroy(&attributes));
	return NULL;
}

static void check_stacks(pthread_t thread)
{
	size_t size = 192 * 1024;
	pthread_attr_t attributes;
	pthread_t sized;

	CASE("stack of main");
	check_own_stack(NULL);
	CASE("stack of a thread");
	check_in_thread(check_own_stack, NULL);
	CASE("stack of a given size");
	REQUIRE(pthread_attr_init(&attributes));
	REQUIRE(pthread_attr_setstacksize(&attributes, size));
	REQUIRE(pthread_attr_setguardsize(&attributes, 2 * 4096));
	REQUIRE(pthread_create(&sized, &attributes, check_asked_stack, &size));
	check_join(sized);
	REQUIRE(pthread_attr_destroy(&attributes));
	CASE("attributes of another thread");
	CHECK(pthread_getattr_np(thread, &attributes), 0);
	REQUIRE(pthread_attr_getstacksize(&attributes, &size));
	CHECK_TRUE(size >= 65536);
	REQUIRE(pthread_attr_destroy(&attributes));
}

int main(void)
{
	pthread_t thread;

	REQUIRE(sem_init(&ready, 0, 0));
	REQUIRE(sem_init(&go, 0, 0));
	thread = check_start(wait_for_go, NULL);
	REQUIRE(sem_wait(&ready));
	check_names(thread);
	check_affinity(thread);
	check_scheduling(thread);
	check_by_id();
	check_concurrency();
	check_cpu_clock(thread);
	check_stacks(thread);
	REQUIRE(sem_post(&go));
	check_join(thread);
	return 0;
}
