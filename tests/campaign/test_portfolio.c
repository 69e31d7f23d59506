/* SPDX-License-Identifier: Apache-2.0 */
/* Strategies and seeds by execution number, and the two sets a campaign keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/search/points.h"
#include "tool/search/portfolio.h"
#include "tool/search/value_set.h"

static struct wire_request request_of(enum search_strategy strategy, uint64_t execution)
{
	struct portfolio portfolio;
	struct wire_request request;

	portfolio_init(&portfolio, strategy, 7);
	portfolio_request(&portfolio, execution, &request);
	portfolio_release(&portfolio);
	return request;
}

/* An execution of so many steps that ended by itself, and left no trace. */
static void learn_steps(struct portfolio *portfolio, uint64_t steps)
{
	const struct wire_request request = { .search = SEARCH_PCT };
	const struct server_outcome outcome = {
		.result = { .verdict = WIRE_VERDICT_EXIT, .steps = steps, .decisions = steps },
	};
	const struct points points = { .list = NULL };

	assert_int_equal(portfolio_learn(portfolio, &request, &outcome, &points), 0);
}

static void the_first_execution_is_sequential(void **state)
{
	(void)state;
	for (int s = SEARCH_AUTO + 1; s < SEARCH_STRATEGY_COUNT; s++) {
		const struct wire_request request = request_of((enum search_strategy)s, 1);

		assert_int_equal(request.strategy, WIRE_STRATEGY_SEQUENTIAL);
		assert_int_equal(request.eager, 0);
		assert_int_equal(request.check, 0);
	}
}

/* Before anything is known, all that may matter is a point, but for what checks explore. */
static void auto_begins_in_lockstep(void **state)
{
	struct portfolio portfolio;
	struct wire_request request;

	(void)state;
	portfolio_init(&portfolio, SEARCH_AUTO, 7);
	portfolio_request(&portfolio, 1, &request);
	assert_int_equal(request.strategy, WIRE_STRATEGY_LOCKSTEP);
	assert_true(request.eager > 0);
	assert_int_equal(request.check, WIRE_CHECK_BEFORE);
	learn_steps(&portfolio, 10);
	portfolio_request(&portfolio, 2, &request);
	assert_int_equal(request.strategy, WIRE_STRATEGY_SEQUENTIAL);
	assert_int_equal(request.eager, 0);
	assert_int_equal(request.check, 0);
	portfolio_release(&portfolio);
}

static void auto_begins_in_lockstep_inside_of_a_check(void **state)
{
	struct portfolio portfolio;
	struct wire_request request;

	(void)state;
	portfolio_init(&portfolio, SEARCH_AUTO, 7);
	portfolio.check = 3;
	portfolio_request(&portfolio, 1, &request);
	assert_int_equal(request.strategy, WIRE_STRATEGY_LOCKSTEP);
	assert_int_equal(request.check, 3);
	portfolio_release(&portfolio);
}

static void what_others_are_compared_with_is_sequential(void **state)
{
	struct portfolio portfolio;
	struct wire_request request;

	(void)state;
	portfolio_init(&portfolio, SEARCH_AUTO, 7);
	portfolio.sequential_first = true;
	portfolio_request(&portfolio, 1, &request);
	assert_int_equal(request.strategy, WIRE_STRATEGY_SEQUENTIAL);
	assert_int_equal(request.eager, 0);
	learn_steps(&portfolio, 10);
	portfolio_request(&portfolio, 2, &request);
	assert_int_equal(request.strategy, WIRE_STRATEGY_LOCKSTEP);
	assert_int_equal(request.eager, 0);
	portfolio_release(&portfolio);
}

static void a_named_strategy_is_the_only_one(void **state)
{
	(void)state;
	for (uint64_t execution = 2; execution < 50; execution++) {
		assert_int_equal(
			request_of(SEARCH_RANDOM, execution).strategy, WIRE_STRATEGY_RANDOM);
		assert_int_equal(request_of(SEARCH_LOCKSTEP, execution).strategy,
			WIRE_STRATEGY_LOCKSTEP);
		assert_int_equal(
			request_of(SEARCH_SURW, execution).strategy, WIRE_STRATEGY_SURW);
	}
}

static void a_search_that_knows_nothing_samples_orders(void **state)
{
	(void)state;
	assert_int_equal(request_of(SEARCH_DRIVEN, 2).strategy, WIRE_STRATEGY_POS);
	assert_int_equal(request_of(SEARCH_READS_FROM, 2).strategy, WIRE_STRATEGY_POS);
}

/* How many of the next 100 executions of `auto` have that strategy. */
static int share_of(struct portfolio *portfolio, enum search_strategy strategy)
{
	struct wire_request request;
	int count = 0;

	for (uint64_t execution = 1000; execution < 1100; execution++) {
		portfolio_request(portfolio, execution, &request);
		count += request.search == strategy;
	}
	return count;
}

static void auto_goes_by_what_brings_new_behaviour(void **state)
{
	const struct points points = { .list = NULL };
	struct portfolio portfolio;

	(void)state;
	portfolio_init(&portfolio, SEARCH_AUTO, 7);
	for (uint32_t i = 1; i <= 2000; i++) {
		const uint32_t search =
			SEARCH_DRIVEN + i % (SEARCH_STRATEGY_COUNT - SEARCH_DRIVEN);
		const struct wire_request request = { .search = search };
		const struct server_outcome outcome = {
			.result = { .verdict = WIRE_VERDICT_EXIT,
				.behaviour = search == SEARCH_PCT ? i : 1 },
		};

		assert_int_equal(portfolio_learn(&portfolio, &request, &outcome, &points), 0);
	}
	/* Half are shared among all. */
	assert_in_range(share_of(&portfolio, SEARCH_PCT), 45, 75);
	assert_in_range(share_of(&portfolio, SEARCH_POS), 3, 20);
	portfolio_release(&portfolio);
}

static void pct_goes_through_the_depths(void **state)
{
	struct portfolio portfolio;
	struct wire_request request;

	(void)state;
	portfolio_init(&portfolio, SEARCH_PCT, 7);
	for (uint32_t execution = 2; execution < 10; execution++) {
		portfolio_request(&portfolio, execution, &request);
		assert_int_equal(request.depth, 2 + (execution - 2) % 3);
	}
	portfolio_release(&portfolio);
}

static void every_execution_has_its_own_seed(void **state)
{
	struct value_set seeds = { .slots = NULL };

	(void)state;
	for (uint64_t execution = 1; execution <= 5000; execution++)
		assert_int_equal(
			value_set_add(&seeds, request_of(SEARCH_POS, execution).seed), 1);
	assert_int_equal(value_set_count(&seeds), 5000);
	assert_int_equal(value_set_add(&seeds, request_of(SEARCH_AUTO, 17).seed), 0);
	value_set_release(&seeds);
}

static void campaigns_of_different_seeds_have_no_execution_in_common(void **state)
{
	struct value_set seeds = { .slots = NULL };
	struct wire_request request;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct portfolio portfolio;

		portfolio_init(&portfolio, SEARCH_POS, seed);
		for (uint64_t execution = 1; execution <= 200; execution++) {
			portfolio_request(&portfolio, execution, &request);
			assert_int_equal(value_set_add(&seeds, request.seed), 1);
		}
		portfolio_release(&portfolio);
	}
	value_set_release(&seeds);
}

static void one_endless_execution_does_not_spoil_the_estimate(void **state)
{
	struct portfolio portfolio;

	(void)state;
	portfolio_init(&portfolio, SEARCH_PCT, 1);
	for (int i = 0; i < 99; i++)
		learn_steps(&portfolio, 100);
	assert_int_equal(portfolio.step_estimate, 100);
	learn_steps(&portfolio, 10000);
	assert_in_range(portfolio.step_estimate, 101, 1000);
	portfolio_release(&portfolio);
}

static void points_are_sorted_and_there_once(void **state)
{
	struct points points = { .list = NULL };
	const uint64_t first[] = { 30, 10, 30 };
	const uint64_t second[] = { 20, 10, 40 };
	const uint64_t all[] = { 10, 20, 30, 40 };

	(void)state;
	assert_int_equal(points_add(&points, first, 3), 0);
	assert_int_equal(points_add(&points, second, 3), 0);
	assert_int_equal(points_add(&points, NULL, 0), 0);
	assert_int_equal(points.count, 4);
	assert_memory_equal(points.list, all, sizeof(all));
	points_release(&points);
}

static void zero_is_a_value_like_any_other(void **state)
{
	struct value_set set = { .slots = NULL };

	(void)state;
	assert_int_equal(value_set_add(&set, 0), 1);
	assert_int_equal(value_set_add(&set, 0), 0);
	assert_int_equal(value_set_count(&set), 1);
	value_set_release(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_execution_is_sequential),
		cmocka_unit_test(auto_begins_in_lockstep),
		cmocka_unit_test(auto_begins_in_lockstep_inside_of_a_check),
		cmocka_unit_test(what_others_are_compared_with_is_sequential),
		cmocka_unit_test(a_named_strategy_is_the_only_one),
		cmocka_unit_test(a_search_that_knows_nothing_samples_orders),
		cmocka_unit_test(auto_goes_by_what_brings_new_behaviour),
		cmocka_unit_test(pct_goes_through_the_depths),
		cmocka_unit_test(every_execution_has_its_own_seed),
		cmocka_unit_test(campaigns_of_different_seeds_have_no_execution_in_common),
		cmocka_unit_test(one_endless_execution_does_not_spoil_the_estimate),
		cmocka_unit_test(points_are_sorted_and_there_once),
		cmocka_unit_test(zero_is_a_value_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
