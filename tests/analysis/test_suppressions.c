/* SPDX-License-Identifier: Apache-2.0 */
/* The patterns of suppression files, and their lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tool/analysis/suppressions.h"

static void a_pattern_may_lie_anywhere(void **state)
{
	(void)state;
	assert_true(suppression_fits("draw", "withdraw"));
	assert_true(suppression_fits("draw", "draw"));
	assert_true(suppression_fits("with*w", "withdraw"));
	assert_false(suppression_fits("drawn", "withdraw"));
}

static void anchors_hold_the_ends(void **state)
{
	(void)state;
	assert_true(suppression_fits("^with", "withdraw"));
	assert_false(suppression_fits("^draw", "withdraw"));
	assert_true(suppression_fits("draw$", "withdraw"));
	assert_false(suppression_fits("with$", "withdraw"));
	assert_true(suppression_fits("^withdraw$", "withdraw"));
	assert_true(suppression_fits("draw$", "draw_draw"));
	assert_false(suppression_fits("^draw$", "draw_draw"));
}

static void stars_stand_for_anything(void **state)
{
	(void)state;
	assert_true(suppression_fits("^std::*::push$", "std::vector::push"));
	assert_true(suppression_fits("^a*b*c$", "a-b-b-c-c"));
	assert_false(suppression_fits("^a*b*c$", "a-b-c-d"));
	assert_true(suppression_fits("*", "x"));
	assert_true(suppression_fits("^*$", "x"));
}

static void nothing_fits_an_unknown_name(void **state)
{
	(void)state;
	assert_false(suppression_fits("*", NULL));
	assert_false(suppression_fits("*", ""));
}

static void lines_are_read_with_blanks_and_comments(void **state)
{
	struct suppressions suppressions = { 0 };
	struct diag diag;

	(void)state;
	assert_int_equal(
		suppressions_parse(&suppressions, "f",
			"# race:x\n\n \t race:a b \r\nrace_top:ns::f:g\ndeadlock:m", &diag),
		0);
	assert_int_equal(suppressions.count, 3);
	assert_string_equal(suppressions.list[0].pattern, "a b");
	assert_int_equal(suppressions.list[1].kind, SUPPRESSION_RACE_TOP);
	assert_string_equal(suppressions.list[1].pattern, "ns::f:g");
	assert_int_equal(suppressions.list[2].kind, SUPPRESSION_DEADLOCK);
	suppressions_release(&suppressions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_may_lie_anywhere),
		cmocka_unit_test(anchors_hold_the_ends),
		cmocka_unit_test(stars_stand_for_anything),
		cmocka_unit_test(nothing_fits_an_unknown_name),
		cmocka_unit_test(lines_are_read_with_blanks_and_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
