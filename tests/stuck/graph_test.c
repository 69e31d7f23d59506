/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts on wait-for graphs made by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/stuck/graph.h"

#define MUTEX(thread)                                                        \
	{                                                                    \
		.kind = WAIT_MUTEX, .waker = WAKER_THREAD, .owner = (thread) \
	}
#define ANY                                                       \
	{                                                         \
		.kind = WAIT_CONDITION, .waker = WAKER_ANY_THREAD \
	}
#define READERS                                                 \
	{                                                       \
		.kind = WAIT_WRITE_LOCK, .waker = WAKER_READERS \
	}
#define RUNS                                            \
	{                                               \
		.kind = WAIT_NOT, .waker = WAKER_ITSELF \
	}
#define OUTSIDE                                                 \
	{                                                       \
		.kind = WAIT_DESCRIPTOR, .waker = WAKER_OUTSIDE \
	}
#define PARKED                                                                 \
	{                                                                      \
		.kind = WAIT_SIGNAL, .waker = WAKER_OUTSIDE, .is_parked = true \
	}
#define ENDED                                             \
	{                                                 \
		.kind = WAIT_ENDED, .waker = WAKER_NOBODY \
	}
#define GONE                                              \
	{                                                 \
		.kind = WAIT_MUTEX, .waker = WAKER_NOBODY \
	}

#define JUDGE(verdict, ...)                                \
	const struct stuck_wait waits[] = { __VA_ARGS__ }; \
	struct stuck_verdict verdict;                      \
	assert_int_equal(graph_judge(waits, sizeof(waits) / sizeof(waits[0]), &verdict), 0)

static void expect(struct stuck_verdict *verdict, enum verdict_kind kind, size_t dead)
{
	assert_int_equal(verdict->kind, kind);
	assert_int_equal(verdict->dead_count, dead);
	verdict_release(verdict);
}

static void a_cycle_is_one_whoever_else_runs(void **state)
{
	JUDGE(verdict, RUNS, MUTEX(2), MUTEX(3), MUTEX(1), MUTEX(1), OUTSIDE);
	(void)state;
	assert_int_equal(verdict.cycle_len, 3);
	assert_int_equal(verdict.cycle_count, 1);
	expect(&verdict, VERDICT_CYCLE, 4);
}

static void cycles_are_counted(void **state)
{
	JUDGE(verdict, MUTEX(1), MUTEX(0), MUTEX(3), MUTEX(2), MUTEX(4), MUTEX(0));
	(void)state;
	assert_int_equal(verdict.cycle_count, 3);
	assert_int_equal(verdict.cycle_len, 2);
	expect(&verdict, VERDICT_CYCLE, 6);
}

static void a_chain_to_one_that_runs_is_none(void **state)
{
	JUDGE(verdict, MUTEX(1), MUTEX(2), RUNS);
	(void)state;
	expect(&verdict, VERDICT_RUNS, 0);
}

static void a_chain_to_one_that_waits_outside_is_none(void **state)
{
	JUDGE(verdict, MUTEX(1), MUTEX(2), OUTSIDE, ANY);
	(void)state;
	expect(&verdict, VERDICT_OUTSIDE, 0);
}

static void nobody_is_left_to_act(void **state)
{
	JUDGE(verdict, ANY, MUTEX(0), ANY);
	(void)state;
	expect(&verdict, VERDICT_NOBODY, 3);
}

static void whoever_runs_may_act(void **state)
{
	JUDGE(verdict, ANY, MUTEX(0), RUNS, READERS);
	(void)state;
	expect(&verdict, VERDICT_RUNS, 0);
}

static void a_timeout_lets_go_of_all(void **state)
{
	JUDGE(verdict, MUTEX(1),
		{ .kind = WAIT_MUTEX, .waker = WAKER_ITSELF, .timeout = TIMEOUT_WHOLE });
	(void)state;
	expect(&verdict, VERDICT_TIME, 0);
}

static void parked_threads_read_no_lock_but_may_be_idle(void **state)
{
	JUDGE(verdict, PARKED, READERS, READERS);
	(void)state;
	expect(&verdict, VERDICT_NOBODY, 2);
}

static void idle_threads_beside_a_parked_one_are_none(void **state)
{
	JUDGE(verdict, PARKED, ANY, ANY);
	(void)state;
	expect(&verdict, VERDICT_OUTSIDE, 0);
}

static void an_owner_that_is_gone_never_unlocks(void **state)
{
	JUDGE(verdict, RUNS, GONE, MUTEX(1));
	(void)state;
	assert_int_equal(verdict.root, 1);
	expect(&verdict, VERDICT_ABANDONED, 2);
}

static void a_main_thread_that_left_is_not_counted(void **state)
{
	JUDGE(verdict, ENDED, ANY);
	(void)state;
	expect(&verdict, VERDICT_NOBODY, 1);
}

static void no_threads_are_no_deadlock(void **state)
{
	struct stuck_verdict verdict;

	(void)state;
	assert_int_equal(graph_judge(NULL, 0, &verdict), 0);
	expect(&verdict, VERDICT_NONE, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cycle_is_one_whoever_else_runs),
		cmocka_unit_test(cycles_are_counted),
		cmocka_unit_test(a_chain_to_one_that_runs_is_none),
		cmocka_unit_test(a_chain_to_one_that_waits_outside_is_none),
		cmocka_unit_test(nobody_is_left_to_act),
		cmocka_unit_test(whoever_runs_may_act),
		cmocka_unit_test(a_timeout_lets_go_of_all),
		cmocka_unit_test(parked_threads_read_no_lock_but_may_be_idle),
		cmocka_unit_test(idle_threads_beside_a_parked_one_are_none),
		cmocka_unit_test(an_owner_that_is_gone_never_unlocks),
		cmocka_unit_test(a_main_thread_that_left_is_not_counted),
		cmocka_unit_test(no_threads_are_no_deadlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
