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
	return request;
}

static void the_first_execution_is_sequential(void **state)
{
	(void)state;
	for (int s = SEARCH_AUTO; s <= SEARCH_POS; s++)
		assert_int_equal(request_of((enum search_strategy)s, 1).strategy,
			WIRE_STRATEGY_SEQUENTIAL);
}

static void auto_takes_the_strategies_in_turn(void **state)
{
	(void)state;
	assert_int_equal(request_of(SEARCH_AUTO, 2).strategy, WIRE_STRATEGY_RANDOM);
	assert_int_equal(request_of(SEARCH_AUTO, 3).strategy, WIRE_STRATEGY_PCT);
	assert_int_equal(request_of(SEARCH_AUTO, 4).strategy, WIRE_STRATEGY_POS);
	assert_int_equal(request_of(SEARCH_AUTO, 5).strategy, WIRE_STRATEGY_RANDOM);
}

static void pct_goes_through_the_depths(void **state)
{
	(void)state;
	assert_int_equal(request_of(SEARCH_AUTO, 3).depth, 2);
	assert_int_equal(request_of(SEARCH_AUTO, 6).depth, 3);
	assert_int_equal(request_of(SEARCH_AUTO, 9).depth, 4);
	assert_int_equal(request_of(SEARCH_AUTO, 12).depth, 2);
	assert_int_equal(request_of(SEARCH_PCT, 2).depth, 2);
	assert_int_equal(request_of(SEARCH_PCT, 3).depth, 3);
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

static void one_endless_execution_does_not_spoil_the_estimate(void **state)
{
	struct portfolio portfolio;

	(void)state;
	portfolio_init(&portfolio, SEARCH_PCT, 1);
	for (int i = 0; i < 99; i++)
		portfolio_learn(&portfolio, 100);
	assert_int_equal(portfolio.step_estimate, 100);
	portfolio_learn(&portfolio, 10000);
	assert_in_range(portfolio.step_estimate, 101, 1000);
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
		cmocka_unit_test(auto_takes_the_strategies_in_turn),
		cmocka_unit_test(pct_goes_through_the_depths),
		cmocka_unit_test(every_execution_has_its_own_seed),
		cmocka_unit_test(one_endless_execution_does_not_spoil_the_estimate),
		cmocka_unit_test(points_are_sorted_and_there_once),
		cmocka_unit_test(zero_is_a_value_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
