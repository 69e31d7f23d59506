/* SPDX-License-Identifier: Apache-2.0 */
/* Futexes by syscall(): moving waiters from one word to another. */
#include "check.h"

#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#define WAITERS 4

static atomic_int source;
static atomic_int target;
static atomic_int returned;

static long wake(atomic_int *address, int count)
{
	return syscall(SYS_futex, address, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

/* In these operations the fourth argument counts the waiters to move. */
static long requeue(int wake_count, long move_count)
{
	return syscall(
		SYS_futex, &source, FUTEX_REQUEUE_PRIVATE, wake_count, move_count, &target, 0);
}

static long compare_requeue(int wake_count, long move_count, int expected)
{
	return syscall(SYS_futex, &source, FUTEX_CMP_REQUEUE_PRIVATE, wake_count, move_count,
		&target, expected);
}

static void *wait_at_source(void *unused)
{
	(void)unused;
	REQUIRE(syscall(SYS_futex, &source, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0));
	atomic_fetch_add(&returned, 1);
	return NULL;
}

static void start_waiters(pthread_t threads[WAITERS])
{
	atomic_store(&returned, 0);
	for (int i = 0; i < WAITERS; i++)
		threads[i] = check_start(wait_at_source, NULL);
}

static void join_waiters(pthread_t threads[WAITERS])
{
	for (int i = 0; i < WAITERS; i++)
		check_join(threads[i]);
	CHECK_VALUE(atomic_load(&returned), WAITERS);
}

static void check_requeue(void)
{
	pthread_t threads[WAITERS];
	long moved = 0;

	CASE("requeue");
	CHECK_VALUE(requeue(1, INT_MAX), 0);
	start_waiters(threads);
	/* The result counts those woken, and those moved. */
	while (moved < WAITERS) {
		moved += requeue(0, 1);
		sched_yield();
	}
	CHECK_VALUE(atomic_load(&returned), 0);
	CHECK_VALUE(wake(&source, INT_MAX), 0);
	CHECK_VALUE(wake(&target, 1), 1);
	CHECK_VALUE(wake(&target, INT_MAX), WAITERS - 1);
	join_waiters(threads);
}

static void check_compare_requeue(void)
{
	pthread_t threads[WAITERS];
	long moved = 0;

	CASE("compare and requeue");
	CHECK_ERRNO(compare_requeue(1, INT_MAX, 1), EAGAIN);
	CHECK_VALUE(compare_requeue(1, INT_MAX, 0), 0);
	CHECK_ERRNO(compare_requeue(-1, 1, 0), EINVAL);
	start_waiters(threads);
	while (moved < WAITERS) {
		moved += compare_requeue(0, INT_MAX, 0);
		sched_yield();
	}
	CHECK_VALUE(wake(&source, INT_MAX), 0);
	CHECK_VALUE(wake(&target, 2), 2);
	CHECK_VALUE(wake(&target, 2), 2);
	join_waiters(threads);
}

/* Moved back and forth, everyone is still woken once. */
static void check_wake_one_move_rest(void)
{
	pthread_t threads[WAITERS];
	long moved = 0;

	CASE("wake one, move the rest");
	start_waiters(threads);
	while (moved < WAITERS) {
		moved += requeue(0, INT_MAX);
		sched_yield();
	}
	CHECK_VALUE(syscall(SYS_futex, &target, FUTEX_CMP_REQUEUE_PRIVATE, 1, (long)INT_MAX,
			    &source, 0),
		WAITERS);
	CHECK_VALUE(wake(&target, INT_MAX), 0);
	CHECK_VALUE(wake(&source, INT_MAX), WAITERS - 1);
	join_waiters(threads);
}

int main(void)
{
	check_requeue();
	check_compare_requeue();
	check_wake_one_move_rest();
	return 0;
}
