/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bringing together what threads do in pieces, against a made-up program: threads do numbered
 * operations, in the order that the decisions say, and whether it fails depends on that order.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/analysis/merge.h"

#define THREADS 3
#define OPERATIONS 6
#define DECISIONS 16

/* `first` is done before `second`: two operations, as thread * OPERATIONS + number. */
struct order {
	uint32_t first;
	uint32_t second;
};

struct program {
	struct order orders[4]; /* it fails when all hold */
	size_t order_count;
	uint32_t break_at; /* the execution in which the server is lost; 0: never */
	uint32_t executions;
};

#define op(thread, number) ((thread)*OPERATIONS + (number))

/* Thread `from` is left for `to` before its operation `number`. */
static struct wire_decision leave(uint32_t from, uint32_t number, uint32_t to)
{
	return (struct wire_decision){
		.thread = from,
		.value = to,
		.occurrence = number,
		.kind = WIRE_DECISION_PREEMPT,
	};
}

/* Threads go on to their ends, then the next one does, but for what the decisions say. */
static void run(const struct wire_decision *decisions, size_t count,
	uint32_t done_at[THREADS * OPERATIONS])
{
	uint32_t next[THREADS] = { 0 }, thread = 0, time = 0;
	bool used[DECISIONS] = { false };

	while (time < THREADS * OPERATIONS) {
		bool left = false;

		if (next[thread] == OPERATIONS) {
			thread = (thread + 1) % THREADS;
			continue;
		}
		for (size_t i = 0; i < count && !left; i++) {
			if (used[i] || decisions[i].thread != thread ||
				decisions[i].occurrence != next[thread] ||
				next[decisions[i].value] == OPERATIONS)
				continue;
			used[i] = left = true;
			thread = (uint32_t)decisions[i].value;
		}
		if (!left)
			done_at[op(thread, next[thread]++)] = time++;
	}
}

static int shows(void *context, const struct wire_decision *decisions, size_t count)
{
	struct program *program = context;
	uint32_t done_at[THREADS * OPERATIONS];

	if (++program->executions == program->break_at)
		return -EPIPE;
	run(decisions, count, done_at);
	for (size_t i = 0; i < program->order_count; i++)
		if (done_at[program->orders[i].first] > done_at[program->orders[i].second])
			return 0;
	return 1;
}

static void check_orders(
	struct program *program, struct wire_decision *decisions, size_t expected_count)
{
	struct minimise_trial trial = { program, shows, 300, 0, 0 };
	struct wire_decision given[DECISIONS];
	size_t given_count = 3, count = given_count;

	memcpy(given, decisions, count * sizeof(*given));
	assert_int_equal(shows(program, decisions, count), 1);
	/* None can be dropped by itself. */
	assert_int_equal(minimise(&trial, decisions, &count), 0);
	assert_int_equal(count, given_count);
	program->executions = 0;
	trial.spent = 0;
	assert_int_equal(merge(&trial, decisions, &count), expected_count < given_count);
	assert_int_equal(count, expected_count);
	assert_int_equal(trial.spent, program->executions);
	assert_int_equal(shows(program, decisions, count), 1);
	if (expected_count == given_count)
		assert_memory_equal(decisions, given, count * sizeof(*given));
}

/* What thread 1 does first could come after both pieces of thread 0. */
static void a_piece_is_moved_to_the_one_before_it(void **state)
{
	struct program program = {
		.orders = { { op(1, 2), op(2, 0) }, { op(0, 3), op(2, 0) },
			{ op(2, 5), op(0, 4) }, { op(2, 5), op(1, 3) } },
		.order_count = 4,
	};
	struct wire_decision decisions[] = { leave(0, 2, 1), leave(1, 3, 0), leave(0, 4, 2) };

	(void)state;
	check_orders(&program, decisions, 2);
}

/* What thread 2 does first could come before both pieces of thread 1. */
static void a_piece_is_moved_to_the_one_after_it(void **state)
{
	struct program program = {
		.orders = { { op(2, 2), op(1, 3) }, { op(0, 1), op(1, 0) },
			{ op(1, 5), op(0, 2) }, { op(1, 5), op(2, 3) } },
		.order_count = 4,
	};
	struct wire_decision decisions[] = { leave(0, 2, 1), leave(1, 3, 2), leave(2, 3, 1) };

	(void)state;
	check_orders(&program, decisions, 2);
}

/* Each piece is where it has to be. */
static void what_needs_its_pieces_apart_is_left_as_it_is(void **state)
{
	struct program program = {
		.orders = { { op(0, 1), op(1, 0) }, { op(1, 2), op(0, 2) },
			{ op(0, 3), op(2, 0) }, { op(2, 5), op(0, 4) } },
		.order_count = 4,
	};
	struct wire_decision decisions[] = { leave(0, 2, 1), leave(1, 3, 0), leave(0, 4, 2) };

	(void)state;
	check_orders(&program, decisions, 3);
}

static void the_limit_holds_and_an_error_ends_it(void **state)
{
	struct program program = {
		.orders = { { op(1, 2), op(2, 0) }, { op(0, 3), op(2, 0) },
			{ op(2, 5), op(0, 4) }, { op(2, 5), op(1, 3) } },
		.order_count = 4,
	};
	struct wire_decision decisions[] = { leave(0, 2, 1), leave(1, 3, 0), leave(0, 4, 2) };
	struct minimise_trial none = { &program, shows, 0, 0, 0 };
	struct minimise_trial trial = { &program, shows, 300, 0, 0 };
	size_t count = 3;

	(void)state;
	assert_int_equal(merge(&none, decisions, &count), 0);
	assert_int_equal(program.executions, 0);
	program.break_at = 2;
	assert_int_equal(merge(&trial, decisions, &count), -EPIPE);
	assert_int_equal(count, 3);
	program.break_at = 0;
	assert_int_equal(shows(&program, decisions, count), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_is_moved_to_the_one_before_it),
		cmocka_unit_test(a_piece_is_moved_to_the_one_after_it),
		cmocka_unit_test(what_needs_its_pieces_apart_is_left_as_it_is),
		cmocka_unit_test(the_limit_holds_and_an_error_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
