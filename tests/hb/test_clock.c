/* SPDX-License-Identifier: Apache-2.0 */
/* Vector clocks by themselves. */
#include "runtime/hb/clock.h"
#include "tests/hb/fixture.h"

static void an_entry_that_was_never_set_is_zero(void **state)
{
	struct clock clock = { 0 };

	(void)state;
	assert_int_equal(clock_get(&clock, 0), 0);
	assert_int_equal(clock_get(&clock, 1000), 0);
	clock_set(&clock, &hb.arena, 5, 7);
	assert_int_equal(clock_get(&clock, 5), 7);
	assert_int_equal(clock_get(&clock, 4), 0);
	assert_int_equal(clock_get(&clock, 6), 0);
}

static void a_join_takes_the_greater_of_each(void **state)
{
	struct clock a = { 0 }, b = { 0 };

	(void)state;
	clock_set(&a, &hb.arena, 0, 3);
	clock_set(&a, &hb.arena, 1, 9);
	clock_set(&b, &hb.arena, 0, 5);
	clock_set(&b, &hb.arena, 20, 2);
	clock_join(&a, &hb.arena, &b);
	assert_int_equal(clock_get(&a, 0), 5);
	assert_int_equal(clock_get(&a, 1), 9);
	assert_int_equal(clock_get(&a, 20), 2);
	assert_int_equal(clock_get(&b, 1), 0);
}

static void a_copy_forgets_what_was_there(void **state)
{
	struct clock a = { 0 }, b = { 0 };

	(void)state;
	clock_set(&a, &hb.arena, 9, 9);
	clock_set(&b, &hb.arena, 1, 4);
	clock_copy(&a, &hb.arena, &b);
	assert_int_equal(clock_get(&a, 9), 0);
	assert_int_equal(clock_get(&a, 1), 4);
}

static void what_was_cleared_does_not_come_back_by_growing(void **state)
{
	struct clock clock = { 0 };

	(void)state;
	clock_set(&clock, &hb.arena, 3, 8);
	clock_clear(&clock);
	clock_set(&clock, &hb.arena, 4, 1);
	assert_int_equal(clock_get(&clock, 3), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_entry_that_was_never_set_is_zero),
		TEST(a_join_takes_the_greater_of_each),
		TEST(a_copy_forgets_what_was_there),
		TEST(what_was_cleared_does_not_come_back_by_growing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
