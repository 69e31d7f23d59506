/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Futexes by syscall(): waiting at one word to be moved to the lock at another, as condition
 * variables of priority-inheriting mutexes do. Whoever returns from the wait owns the lock.
 */
#include "check.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#define WAITERS 3

static atomic_uint condition;
static atomic_uint lock;
static atomic_uint other;
static int inside; /* protected by the lock */
static int served;

static long call(atomic_uint *word, int operation, unsigned value, const void *timeout,
	atomic_uint *word2, unsigned value3)
{
	return syscall(
		SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, timeout, word2, value3);
}

static long wait_requeue(unsigned value, const struct timespec *timeout)
{
	return call(&condition, FUTEX_WAIT_REQUEUE_PI, value, timeout, &lock, 0);
}

static long requeue(int wake, long move, atomic_uint *to, unsigned expected)
{
	return syscall(SYS_futex, &condition, FUTEX_CMP_REQUEUE_PI | FUTEX_PRIVATE_FLAG, wake,
		move, to, expected);
}

static void *wait_and_serve(void *unused)
{
	(void)unused;
	REQUIRE(wait_requeue(0, NULL));
	if ((atomic_load(&lock) & FUTEX_TID_MASK) != (unsigned)gettid() || inside)
		check_fail(__FILE__, __LINE__, "not the owner");
	inside = 1;
	sched_yield();
	inside = 0;
	served++;
	REQUIRE(call(&lock, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
	return NULL;
}

static void check_errors(void)
{
	struct timespec soon = check_time_in(CLOCK_MONOTONIC, CHECK_TIMEOUT_MS);
	struct timespec bad = check_bad_time();

	CASE("errors");
	CHECK_ERRNO(wait_requeue(1, NULL), EAGAIN);
	CHECK_ERRNO(wait_requeue(0, &soon), ETIMEDOUT);
	CHECK_ERRNO(wait_requeue(0, &bad), EINVAL);
	CHECK_ERRNO(call(&lock, FUTEX_WAIT_REQUEUE_PI, 0, NULL, &lock, 0), EINVAL);
	CHECK_ERRNO(requeue(1, 1, &lock, 1), EAGAIN);
	CHECK_ERRNO(requeue(2, 1, &lock, 0), EINVAL);
	CHECK_ERRNO(requeue(1, -1, &lock, 0), EINVAL);
	CHECK_ERRNO(requeue(1, 1, &condition, 0), EINVAL);
	CHECK_ERRNO(requeue(1, 1, &lock, 0), 0);
	CHECK_VALUE(atomic_load(&lock), 0);
}

/* With the lock held, all are moved; with it free, the first has it at once. */
static void check_requeue(const char *name, int held)
{
	pthread_t threads[WAITERS];
	long moved = 0;

	CASE(name);
	served = 0;
	if (held)
		CHECK_ERRNO(call(&lock, FUTEX_LOCK_PI, 0, NULL, NULL, 0), 0);
	for (int i = 0; i < WAITERS; i++)
		threads[i] = check_start(wait_and_serve, NULL);
	while (moved < WAITERS) {
		moved += requeue(1, INT_MAX, &lock, 0);
		sched_yield();
	}
	CHECK_VALUE(moved, WAITERS);
	if (held) {
		CHECK_VALUE(served, 0);
		CHECK_TRUE(atomic_load(&lock) & FUTEX_WAITERS);
		CHECK_ERRNO(call(&lock, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0), 0);
	}
	for (int i = 0; i < WAITERS; i++)
		check_join(threads[i]);
	CHECK_VALUE(served, WAITERS);
	CHECK_VALUE(atomic_load(&lock) & FUTEX_TID_MASK, 0);
}

/* Such a waiter can be moved to the lock it named, and to nowhere else. */
static void check_strict(void)
{
	pthread_t thread;
	long result;

	CASE("strict");
	thread = check_start(wait_and_serve, NULL);
	do {
		sched_yield();
		result = requeue(1, 1, &other, 0);
	} while (!result);
	CHECK_VALUE(result, -1);
	CHECK_TRUE(errno == EINVAL);
	CHECK_ERRNO(call(&condition, FUTEX_WAKE, 1, NULL, NULL, 0), EINVAL);
	CHECK_VALUE(requeue(1, 1, &lock, 0), 1);
	check_join(thread);
}

int main(void)
{
	check_errors();
	check_requeue("lock held", 1);
	check_requeue("lock free", 0);
	check_strict();
	return 0;
}
