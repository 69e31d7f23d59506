/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Futexes by syscall(): wait, wake, bitsets, wake-op, timeouts relative and absolute on both
 * clocks, and the errors.
 */
#include "check.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#define WAITERS 3

static atomic_int word;
static atomic_int other;
static atomic_int returned;

static long futex(atomic_int *address, int operation, unsigned value,
	const struct timespec *timeout, atomic_int *second, unsigned last)
{
	return syscall(SYS_futex, address, operation, value, timeout, second, last);
}

static long wait_on(atomic_int *address, int value, const struct timespec *timeout)
{
	return futex(address, FUTEX_WAIT_PRIVATE, (unsigned)value, timeout, NULL, 0);
}

static long wake(atomic_int *address, int count)
{
	return futex(address, FUTEX_WAKE_PRIVATE, (unsigned)count, NULL, NULL, 0);
}

static void *wait_for_wake(void *unused)
{
	(void)unused;
	REQUIRE(wait_on(&word, 0, NULL));
	atomic_fetch_add(&returned, 1);
	return NULL;
}

/* Wakes one after another until `count` were woken, however long they take to wait. */
static void wake_in_all(atomic_int *address, long count)
{
	while (count) {
		count -= wake(address, 1);
		sched_yield();
	}
}

static void check_wait(void)
{
	struct timespec duration = { 0, 2 * CHECK_NS_PER_MS };
	struct timespec none = { 0, 0 };
	struct timespec bad = check_bad_time();
	struct timespec start;

	CASE("wait");
	atomic_store(&word, 5);
	CHECK_ERRNO(wait_on(&word, 4, NULL), EAGAIN);
	CHECK_ERRNO(futex(&word, FUTEX_WAIT, 4, NULL, NULL, 0), EAGAIN);
	REQUIRE(clock_gettime(CLOCK_MONOTONIC, &start));
	CHECK_ERRNO(wait_on(&word, 5, &duration), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, start) >= 2 * CHECK_NS_PER_MS);
	CHECK_ERRNO(wait_on(&word, 5, &none), ETIMEDOUT);
	CHECK_ERRNO(wait_on(&word, 5, &bad), EINVAL);
	CHECK_ERRNO(wait_on((atomic_int *)((uintptr_t)&word + 1), 5, NULL), EINVAL);
	CHECK_ERRNO(futex(&word, 99, 0, NULL, NULL, 0), ENOSYS);
}

static void check_wake(void)
{
	pthread_t threads[WAITERS];

	CASE("wake");
	atomic_store(&word, 0);
	CHECK_VALUE(wake(&word, 1), 0);
	CHECK_VALUE(wake(&word, INT_MAX), 0);
	for (int i = 0; i < WAITERS; i++)
		threads[i] = check_start(wait_for_wake, NULL);
	wake_in_all(&word, WAITERS);
	for (int i = 0; i < WAITERS; i++)
		check_join(threads[i]);
	CHECK_VALUE(atomic_load(&returned), WAITERS);
	CHECK_VALUE(wake(&word, INT_MAX), 0);
}

static void check_absolute_times(void)
{
	struct timespec soon = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec soon_real = check_time_in(CLOCK_REALTIME, CHECK_TIMEOUT_MS);
	struct timespec past = check_time_in(CLOCK_MONOTONIC, -1000);
	int bitset = FUTEX_WAIT_BITSET_PRIVATE;

	CASE("wait until");
	atomic_store(&word, 1);
	CHECK_ERRNO(futex(&word, bitset, 1, &soon, NULL, FUTEX_BITSET_MATCH_ANY), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(CLOCK_MONOTONIC, soon) >= 0);
	bitset |= FUTEX_CLOCK_REALTIME;
	CHECK_ERRNO(
		futex(&word, bitset, 1, &soon_real, NULL, FUTEX_BITSET_MATCH_ANY), ETIMEDOUT);
	CHECK_TRUE(check_ns_since(CLOCK_REALTIME, soon_real) >= 0);
	bitset = FUTEX_WAIT_BITSET_PRIVATE;
	CHECK_ERRNO(futex(&word, bitset, 1, &past, NULL, 1), ETIMEDOUT);
	CHECK_ERRNO(futex(&word, bitset, 2, NULL, NULL, 1), EAGAIN);
	CHECK_ERRNO(futex(&word, bitset, 1, NULL, NULL, 0), EINVAL);
	CHECK_ERRNO(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL, 0), EINVAL);
}

static void *wait_for_bits(void *bits)
{
	REQUIRE(futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, *(unsigned *)bits));
	return bits;
}

static long wake_bits(unsigned bits)
{
	return futex(&word, FUTEX_WAKE_BITSET_PRIVATE, INT_MAX, NULL, NULL, bits);
}

static void check_bitsets(void)
{
	unsigned low = 1;
	unsigned high = 6;
	pthread_t waits_low;
	pthread_t waits_high;

	CASE("bitsets");
	atomic_store(&word, 0);
	waits_low = check_start(wait_for_bits, &low);
	waits_high = check_start(wait_for_bits, &high);
	while (wake_bits(4) != 1)
		sched_yield();
	CHECK_TRUE(check_join(waits_high) == &high);
	CHECK_VALUE(wake_bits(6), 0);
	while (wake_bits(FUTEX_BITSET_MATCH_ANY) != 1)
		sched_yield();
	CHECK_TRUE(check_join(waits_low) == &low);
}

static void *wait_on_other(void *unused)
{
	(void)unused;
	/* The wake-op changes the word; whoever comes later sees that and doesn't wait. */
	if (wait_on(&other, 0, NULL))
		check_fail(__FILE__, __LINE__, "woken wait failed");
	return NULL;
}

static long wake_op(int operation, int argument, int comparison, int compared)
{
	unsigned encoded = (unsigned)FUTEX_OP(operation, argument, comparison, compared);

	/* The fourth argument is the count for the second futex in this operation. */
	return syscall(SYS_futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 1L, &other, encoded);
}

static void check_wake_op(void)
{
	pthread_t thread;

	CASE("wake-op");
	atomic_store(&other, 0);
	thread = check_start(wait_on_other, NULL);
	/* Adding 0 leaves the word as it is until the waiter waits. */
	while (wake_op(FUTEX_OP_ADD, 0, FUTEX_OP_CMP_EQ, 0) != 1)
		sched_yield();
	check_join(thread);
	CHECK_VALUE(wake_op(FUTEX_OP_SET, 6, FUTEX_OP_CMP_EQ, 0), 0);
	CHECK_VALUE(atomic_load(&other), 6);
	CHECK_VALUE(wake_op(FUTEX_OP_ADD, 4, FUTEX_OP_CMP_GT, 0), 0);
	CHECK_VALUE(atomic_load(&other), 10);
	CHECK_VALUE(wake_op(FUTEX_OP_OR, 5, FUTEX_OP_CMP_LT, 0), 0);
	CHECK_VALUE(atomic_load(&other), 15);
	CHECK_VALUE(wake_op(FUTEX_OP_ANDN, 3, FUTEX_OP_CMP_NE, 0), 0);
	CHECK_VALUE(atomic_load(&other), 12);
	CHECK_VALUE(wake_op(FUTEX_OP_XOR, 10, FUTEX_OP_CMP_GE, 0), 0);
	CHECK_VALUE(atomic_load(&other), 6);
	CHECK_VALUE(wake_op(FUTEX_OP_ADD | FUTEX_OP_OPARG_SHIFT, 4, FUTEX_OP_CMP_LE, 0), 0);
	CHECK_VALUE(atomic_load(&other), 22);
	CHECK_ERRNO(wake_op(7, 1, FUTEX_OP_CMP_EQ, 0), ENOSYS);
}

int main(void)
{
	check_wait();
	check_wake();
	check_absolute_times();
	check_bitsets();
	check_wake_op();
	return 0;
}
