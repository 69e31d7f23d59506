/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks: of a given size, given by the program, reused one after another, and used deeply by
 * alloca and by recursion.
 */
#include "check.h"

#include <alloca.h>
#include <sys/mman.h>

#define STACK_SIZE (256L * 1024)
#define LARGE_STACK_SIZE (64L * 1024 * 1024)

static pthread_barrier_t barrier;

static void *use_alloca(void *size)
{
	long bytes = *(long *)size;
	volatile unsigned char *block = alloca((size_t)bytes);
	long sum = 0;

	for (long i = 0; i < bytes; i += 512)
		block[i] = (unsigned char)(i / 512);
	pthread_barrier_wait(&barrier);
	for (long i = 0; i < bytes; i += 512)
		sum += block[i] == (unsigned char)(i / 512);
	return (void *)sum;
}

/* Two threads fill their stacks, meet, and find them as they left them. */
static void check_alloca(const char *name, size_t stack_size, long used)
{
	pthread_attr_t attributes;
	pthread_t threads[2];

	CASE(name);
	REQUIRE(pthread_attr_init(&attributes));
	REQUIRE(pthread_attr_setstacksize(&attributes, stack_size));
	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], &attributes, use_alloca, &used), 0);
	for (int i = 0; i < 2; i++)
		CHECK_VALUE((intptr_t)check_join(threads[i]), (used + 511) / 512);
	REQUIRE(pthread_attr_destroy(&attributes));
}

static void *address_of_local(void *unused)
{
	pthread_attr_t attributes;
	void *bottom;
	size_t size;

	(void)unused;
	REQUIRE(pthread_getattr_np(pthread_self(), &attributes));
	REQUIRE(pthread_attr_getstack(&attributes, &bottom, &size));
	CHECK_VALUE(size, STACK_SIZE);
	REQUIRE(pthread_attr_destroy(&attributes));
	return __builtin_frame_address(0);
}

static void check_given_stack(void)
{
	char *memory = mmap(
		NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pthread_attr_t attributes;
	pthread_t thread;

	CASE("given by the program");
	CHECK_TRUE(memory != MAP_FAILED);
	REQUIRE(pthread_attr_init(&attributes));
	CHECK(pthread_attr_setstack(&attributes, memory, STACK_SIZE), 0);
	/* Once joined, its memory is the program's again, and serves the next. */
	for (int i = 0; i < 3; i++) {
		REQUIRE(pthread_create(&thread, &attributes, address_of_local, NULL));
		char *frame = check_join(thread);

		CHECK_TRUE(frame > memory && frame < memory + STACK_SIZE);
	}
	REQUIRE(pthread_attr_destroy(&attributes));
	memset(memory, 0, STACK_SIZE);
	REQUIRE(munmap(memory, STACK_SIZE));
}

/* Not a loop: each level has a frame of its own. */
__attribute__((noinline, noclone)) static long descend(long depth)
{
	volatile char frame[256];

	memset((char *)(uintptr_t)frame, (int)depth, sizeof(frame));
	if (!depth)
		return 0;
	long below = descend(depth - 1);

	return below + (frame[17] == (char)depth);
}

static void *recurse(void *depth)
{
	return (void *)descend(*(long *)depth);
}

static void check_recursion(void)
{
	long depth = 10000;

	CASE("recursion");
	CHECK_VALUE((intptr_t)check_in_thread(recurse, &depth), depth);
}

int main(void)
{
	REQUIRE(pthread_barrier_init(&barrier, NULL, 2));
	check_alloca("small", STACK_SIZE, 200 * 1024);
	check_alloca("large", LARGE_STACK_SIZE, 40 * 1024 * 1024);
	check_given_stack();
	check_recursion();
	return 0;
}
