/* SPDX-License-Identifier: Apache-2.0 */
/* The reduction of decision lists, against made-up programs that need some of them to fail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "tool/analysis/minimise.h"

#define DECISIONS 64

/* Fails when all of these values are among the decisions, in any place. */
struct program {
	const uint64_t *needed;
	size_t needed_count;
	size_t executions;
	size_t break_at; /* the execution in which the server is lost; 0: never */
};

static bool contains(const struct wire_decision *decisions, size_t count, uint64_t value)
{
	for (size_t i = 0; i < count; i++)
		if (decisions[i].value == value)
			return true;
	return false;
}

static int program_shows(void *context, const struct wire_decision *decisions, size_t count)
{
	struct program *program = context;

	program->executions++;
	if (program->executions == program->break_at)
		return -EPIPE;
	for (size_t i = 0; i < program->needed_count; i++)
		if (!contains(decisions, count, program->needed[i]))
			return 0;
	return 1;
}

static size_t number(struct wire_decision *decisions)
{
	memset(decisions, 0, DECISIONS * sizeof(*decisions));
	for (size_t i = 0; i < DECISIONS; i++)
		decisions[i].value = i;
	return DECISIONS;
}

static void keeps_only_what_the_failure_needs_in_order(void **state)
{
	static const uint64_t needed[] = { 3, 17, 18, 63 };
	struct program program = { .needed = needed, .needed_count = 4 };
	struct minimise_trial trial = { &program, program_shows, 300, 0, 0 };
	struct wire_decision decisions[DECISIONS];
	size_t count = number(decisions);

	(void)state;
	assert_int_equal(minimise(&trial, decisions, &count), 0);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(decisions[i].value, needed[i]);
	assert_int_equal(trial.spent, program.executions);
}

static void a_failure_without_any_decision_takes_one_execution(void **state)
{
	struct program program = { 0 };
	struct minimise_trial trial = { &program, program_shows, 300, 0, 0 };
	struct wire_decision decisions[DECISIONS];
	size_t count = number(decisions);

	(void)state;
	assert_int_equal(minimise(&trial, decisions, &count), 0);
	assert_int_equal(count, 0);
	assert_int_equal(program.executions, 1);
}

static void never_exceeds_the_limit_and_what_is_left_still_fails(void **state)
{
	static const uint64_t needed[] = { 0, 20, 40, 60 };
	struct program program = { .needed = needed, .needed_count = 4 };
	struct wire_decision decisions[DECISIONS];

	(void)state;
	for (uint32_t limit = 0; limit < 60; limit++) {
		struct minimise_trial trial = { &program, program_shows, limit, 0, 0 };
		size_t count = number(decisions);

		program.executions = 0;
		assert_int_equal(minimise(&trial, decisions, &count), 0);
		assert_true(program.executions <= limit);
		assert_int_equal(program_shows(&program, decisions, count), 1);
	}
}

static void an_error_ends_the_search_and_keeps_a_failing_list(void **state)
{
	static const uint64_t needed[] = { 5, 50 };
	struct program program = { .needed = needed, .needed_count = 2, .break_at = 9 };
	struct minimise_trial trial = { &program, program_shows, 300, 0, 0 };
	struct wire_decision decisions[DECISIONS];
	size_t count = number(decisions);

	(void)state;
	assert_int_equal(minimise(&trial, decisions, &count), -EPIPE);
	assert_int_equal(program.executions, 9);
	assert_int_equal(program_shows(&program, decisions, count), 1);
}

/* Fails when the program chose at least 37 of 1000. */
static int choice_shows(void *context, const struct wire_decision *decisions, size_t count)
{
	struct program *program = context;

	program->executions++;
	return count == 1 && decisions[0].value >= 37;
}

static void what_the_program_chose_is_lowered(void **state)
{
	struct program program = { 0 };
	struct minimise_trial trial = { &program, choice_shows, 300, 0, 0 };
	struct wire_decision decisions[1] = { { .kind = WIRE_DECISION_CHOOSE, .value = 999 } };
	size_t count = 1;

	(void)state;
	assert_int_equal(minimise(&trial, decisions, &count), 0);
	assert_int_equal(count, 1);
	assert_int_equal(decisions[0].value, 37);
	assert_true(program.executions < 20);
	decisions[0] = (struct wire_decision){ .kind = WIRE_DECISION_WAKE, .value = 999 };
	assert_int_equal(minimise(&trial, decisions, &count), 0);
	assert_int_equal(decisions[0].value, 999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_only_what_the_failure_needs_in_order),
		cmocka_unit_test(a_failure_without_any_decision_takes_one_execution),
		cmocka_unit_test(never_exceeds_the_limit_and_what_is_left_still_fails),
		cmocka_unit_test(an_error_ends_the_search_and_keeps_a_failing_list),
		cmocka_unit_test(what_the_program_chose_is_lowered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
