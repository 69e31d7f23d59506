/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a progress line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

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

/* What the calls in `tell` put on stderr. */
static void capture(void (*tell)(struct progress *progress), enum progress_style style,
	char *text, size_t text_size)
{
	struct progress progress;
	FILE *file = tmpfile();
	int own = dup(STDERR_FILENO);

	assert_non_null(file);
	progress_init(&progress, style, NULL);
	dup2(fileno(file), STDERR_FILENO);
	tell(&progress);
	dup2(own, STDERR_FILENO);
	close(own);
	rewind(file);
	text[fread(text, 1, text_size - 1, file)] = '\0';
	fclose(file);
}

static void tell_for_eleven_seconds(struct progress *progress)
{
	for (uint64_t second = 1; second <= 11; second++) {
		char text[32];

		snprintf(text, sizeof(text), "%u s", (unsigned int)second);
		progress_tell(progress, second * SECOND, text);
	}
}

static void without_a_terminal_there_is_a_line_now_and_then(void **state)
{
	char text[256];

	(void)state;
	capture(tell_for_eleven_seconds, PROGRESS_LINES, text, sizeof(text));
	assert_string_equal(text, "weft: 5 s\nweft: 10 s\n");
	capture(tell_for_eleven_seconds, PROGRESS_NONE, text, sizeof(text));
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_line_has_all_figures),
		cmocka_unit_test(the_nearer_limit_tells_the_time_left),
		cmocka_unit_test(at_the_start_nothing_is_foretold),
		cmocka_unit_test(without_a_terminal_there_is_a_line_now_and_then),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
