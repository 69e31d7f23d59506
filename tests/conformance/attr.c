/* SPDX-License-Identifier: Apache-2.0 */
/* Thread attributes: defaults, every getter and setter, and what they refuse. */
#include "check.h"

#include <limits.h>
#include <sched.h>
#include <sys/mman.h>

static pthread_attr_t attributes;

static void check_detach_state(void)
{
	int state;

	CASE("detach state");
	CHECK(pthread_attr_getdetachstate(&attributes, &state), 0);
	CHECK_VALUE(state, PTHREAD_CREATE_JOINABLE);
	CHECK(pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED), 0);
	CHECK(pthread_attr_getdetachstate(&attributes, &state), 0);
	CHECK_VALUE(state, PTHREAD_CREATE_DETACHED);
	CHECK(pthread_attr_setdetachstate(&attributes, 99), EINVAL);
}

static void check_scheduling(void)
{
	struct sched_param parameters = { .sched_priority = 0 };
	int value;

	CASE("scheduling");
	CHECK(pthread_attr_getinheritsched(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_INHERIT_SCHED);
	CHECK(pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED), 0);
	CHECK(pthread_attr_getinheritsched(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_EXPLICIT_SCHED);
	CHECK(pthread_attr_setinheritsched(&attributes, 99), EINVAL);
	CHECK(pthread_attr_getschedpolicy(&attributes, &value), 0);
	CHECK_VALUE(value, SCHED_OTHER);
	CHECK(pthread_attr_setschedpolicy(&attributes, SCHED_RR), 0);
	CHECK(pthread_attr_getschedpolicy(&attributes, &value), 0);
	CHECK_VALUE(value, SCHED_RR);
	CHECK(pthread_attr_setschedpolicy(&attributes, 99), EINVAL);
	CHECK(pthread_attr_getschedparam(&attributes, &parameters), 0);
	CHECK_VALUE(parameters.sched_priority, 0);
	parameters.sched_priority = 3;
	CHECK(pthread_attr_setschedparam(&attributes, &parameters), 0);
	parameters.sched_priority = 0;
	CHECK(pthread_attr_getschedparam(&attributes, &parameters), 0);
	CHECK_VALUE(parameters.sched_priority, 3);
	parameters.sched_priority = 1000;
	CHECK(pthread_attr_setschedparam(&attributes, &parameters), EINVAL);
	CHECK(pthread_attr_getscope(&attributes, &value), 0);
	CHECK_VALUE(value, PTHREAD_SCOPE_SYSTEM);
	CHECK(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_SYSTEM), 0);
	CHECK(pthread_attr_setscope(&attributes, PTHREAD_SCOPE_PROCESS), ENOTSUP);
	CHECK(pthread_attr_setscope(&attributes, 99), EINVAL);
}

static void check_stack_sizes(void)
{
	size_t size;

	CASE("stack size");
	CHECK(pthread_attr_getstacksize(&attributes, &size), 0);
	CHECK_TRUE(size >= (size_t)PTHREAD_STACK_MIN);
	CHECK(pthread_attr_setstacksize(&attributes, 256 * 1024), 0);
	CHECK(pthread_attr_getstacksize(&attributes, &size), 0);
	CHECK_VALUE(size, 256 * 1024);
	CHECK(pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN), 0);
	CHECK(pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN - 1), EINVAL);
	CHECK(pthread_attr_setstacksize(&attributes, 0), EINVAL);

	CASE("guard size");
	CHECK(pthread_attr_getguardsize(&attributes, &size), 0);
	CHECK_VALUE(size, sysconf(_SC_PAGESIZE));
	CHECK(pthread_attr_setguardsize(&attributes, 3 * 4096), 0);
	CHECK(pthread_attr_getguardsize(&attributes, &size), 0);
	CHECK_VALUE(size, 3 * 4096);
	CHECK(pthread_attr_setguardsize(&attributes, 0), 0);
	CHECK(pthread_attr_getguardsize(&attributes, &size), 0);
	CHECK_VALUE(size, 0);
}

/* The two calls that set the address alone are deprecated, and programs still use them. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void check_stack_address(char *memory, size_t size)
{
	void *address;

	CHECK(pthread_attr_setstackaddr(&attributes, memory + size), 0);
	CHECK(pthread_attr_getstackaddr(&attributes, &address), 0);
	CHECK_TRUE(address == memory + size);
}
#pragma GCC diagnostic pop

static void check_stack(void)
{
	size_t size = 128 * 1024;
	char *memory =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *address;
	size_t got;

	CASE("stack");
	CHECK_TRUE(memory != MAP_FAILED);
	CHECK(pthread_attr_setstack(&attributes, memory, size), 0);
	CHECK(pthread_attr_getstack(&attributes, &address, &got), 0);
	CHECK_TRUE(address == memory);
	CHECK_VALUE(got, size);
	CHECK(pthread_attr_setstack(&attributes, memory, 1), EINVAL);
	check_stack_address(memory, size);
	REQUIRE(munmap(memory, size));
}

static void check_affinity(void)
{
	cpu_set_t set;
	cpu_set_t got;

	CASE("affinity");
	CPU_ZERO(&got);
	CHECK(pthread_attr_getaffinity_np(&attributes, sizeof(got), &got), 0);
	CHECK_TRUE(CPU_COUNT(&got) == CPU_SETSIZE);
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	CHECK(pthread_attr_setaffinity_np(&attributes, sizeof(set), &set), 0);
	CHECK(pthread_attr_getaffinity_np(&attributes, sizeof(got), &got), 0);
	CHECK_VALUE(CPU_COUNT(&got), 1);
	CHECK_TRUE(CPU_ISSET(0, &got));
	CHECK(pthread_attr_setaffinity_np(&attributes, 0, &set), 0);
}

static void check_defaults(void)
{
	static char stack[256 * 1024];
	pthread_attr_t defaults;
	size_t old_size;
	size_t size;

	CASE("defaults of the process");
	CHECK(pthread_getattr_default_np(&defaults), 0);
	REQUIRE(pthread_attr_getstacksize(&defaults, &old_size));
	REQUIRE(pthread_attr_setstacksize(&defaults, 512 * 1024));
	CHECK(pthread_setattr_default_np(&defaults), 0);
	REQUIRE(pthread_attr_destroy(&defaults));
	CHECK(pthread_getattr_default_np(&defaults), 0);
	CHECK(pthread_attr_getstacksize(&defaults, &size), 0);
	CHECK_VALUE(size, 512 * 1024);
	REQUIRE(pthread_attr_setstacksize(&defaults, old_size));
	CHECK(pthread_setattr_default_np(&defaults), 0);
	REQUIRE(pthread_attr_destroy(&defaults));
	/* One stack can't be the default of all threads. */
	REQUIRE(pthread_attr_init(&defaults));
	REQUIRE(pthread_attr_setstack(&defaults, stack, sizeof(stack)));
	CHECK(pthread_setattr_default_np(&defaults), EINVAL);
	REQUIRE(pthread_attr_destroy(&defaults));
}

int main(void)
{
	CASE("attributes");
	CHECK(pthread_attr_init(&attributes), 0);
	check_detach_state();
	check_scheduling();
	check_stack_sizes();
	check_stack();
	check_affinity();
	CASE("attributes");
	CHECK(pthread_attr_destroy(&attributes), 0);
	check_defaults();
	return 0;
}
