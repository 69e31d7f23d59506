/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a progress line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tool/search/progress.h"

#define SECOND UINT64_C(1000000000)

static void the_line_has_all_figures(void **state)
{
	const struct campaign_options options = { .schedules = 10000 };
	const struct campaign_stats stats = {
		.executions = 4000,
		.behaviours = 311,
		.findings = 1,
		.search_ns = 2 * SECOND,
		.elapsed_ns = 3 * SECOND,
	};
	char text[128];

	(void)state;
	progress_format(&options, &stats, text, sizeof(text));
	assert_string_equal(
		text, "4000 executions, 2000/s, 311 behaviours, 1 finding, 3s left");
}

static void the_nearer_limit_tells_the_time_left(void **state)
{
	struct campaign_options options = { .schedules = 100000, .time_ns = 63 * SECOND };
	const struct campaign_stats stats = {
		.executions = 1,
		.behaviours = 1,
		.search_ns = SECOND,
		.elapsed_ns = SECOND,
	};
	char text[128];

	(void)state;
	progress_format(&options, &stats, text, sizeof(text));
	assert_string_equal(text, "1 execution, 1.0/s, 1 behaviour, 0 findings, 1m02s left");
	options.time_ns = 0;
	progress_format(&options, &stats, text, sizeof(text));
	assert_string_equal(text, "1 execution, 1.0/s, 1 behaviour, 0 findings, 27h46m left");
}

static void at_the_start_nothing_is_foretold(void **state)
{
	const struct campaign_options options = { .schedules = 1000 };
	const struct campaign_stats stats = { .executions = 0 };
	char text[128];

	(void)state;
	progress_format(&options, &stats, text, sizeof(text));
	assert_string_equal(text, "0 executions, 0/s, 0 behaviours, 0 findings");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_has_all_figures),
		cmocka_unit_test(the_nearer_limit_tells_the_time_left),
		cmocka_unit_test(at_the_start_nothing_is_foretold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
