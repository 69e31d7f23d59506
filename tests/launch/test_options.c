/* SPDX-License-Identifier: Apache-2.0 */
/* The option tables of subcommands: values, what is refused and in which words, suggestions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>
#include <cmocka.h>

#include "tool/cmd/nearest.h"
#include "tool/cmd/options.h"

#define MOST_WORDS 16

static const struct option_choice models[] = {
	{ "sc", 7 },
	{ "c11", 9 },
	{ NULL, 0 },
};

static bool first;
static const char *out;
static uint64_t schedules;
static uint64_t time_ns;
static uint64_t jobs;
static int model;
static struct command_line line;
static struct diag diag;
static char *words[MOST_WORDS + 1];

/* Parses the words, which are one text with blanks between them. */
static int parse_words(bool takes_program, const char *text)
{
	static char copy[256];
	const struct option_spec options[] = {
		{ .name = "first", .kind = OPTION_FLAG, .target = &first },
		{ .name = "out", .letter = 'o', .kind = OPTION_TEXT, .target = &out },
		{ .name = "schedules", .kind = OPTION_COUNT, .target = &schedules },
		{ .name = "time", .kind = OPTION_DURATION, .target = &time_ns },
		{ .name = "jobs",
			.letter = 'j',
			.kind = OPTION_COUNT,
			.target = &jobs,
			.min = 1,
			.max = 1024 },
		{ .name = "model", .kind = OPTION_CHOICE, .target = &model, .choices = models },
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "test",
		.usage = "",
		.options = options,
		.takes_program = takes_program,
	};
	char *rest = copy;
	int count = 0;

	strncpy(copy, text, sizeof(copy) - 1);
	memset(words, 0, sizeof(words));
	while (count < MOST_WORDS && (words[count] = strsep(&rest, " ")))
		count++;
	first = false;
	out = "default";
	schedules = 1000;
	time_ns = 0;
	jobs = 0;
	model = -1;
	diag.text[0] = '\0';
	return options_parse(&syntax, count, words, &line, &diag);
}

static void refused(bool takes_program, const char *text, const char *message)
{
	assert_int_equal(parse_words(takes_program, text), -EINVAL);
	assert_string_equal(diag.text, message);
}

static void counts_are_read_with_their_units(void **state)
{
	static const struct {
		const char *text;
		int r;
		uint64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "250", 0, 250 },
		{ "10k", 0, 10000 },
		{ "1.5k", 0, 1500 },
		{ "2M", 0, 2000000 },
		{ "1G", 0, 1000000000 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "18446744073709551615k", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "k", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "0.5", -EINVAL, 0 },
		{ "1.5.5k", -EINVAL, 0 },
		{ "1.k", -EINVAL, 0 },
		{ "10x", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 42;

		assert_int_equal(option_parse_count(cases[i].text, &value), cases[i].r);
		assert_int_equal(value, cases[i].r ? 42 : cases[i].value);
	}
}

static void durations_are_read_with_their_units(void **state)
{
	static const struct {
		const char *text;
		int r;
		uint64_t ns;
	} cases[] = {
		{ "30s", 0, 30000000000 },
		{ "30", 0, 30000000000 },
		{ "2m", 0, 120000000000 },
		{ "2min", 0, 120000000000 },
		{ "500ms", 0, 500000000 },
		{ "1h", 0, 3600000000000 },
		{ "1.5h", 0, 5400000000000 },
		{ "0.25s", 0, 250000000 },
		{ "3us", 0, 3000 },
		{ "7ns", 0, 7 },
		{ "1.5ns", -EINVAL, 0 },
		{ "9999999h", -ERANGE, 0 },
		{ "5 s", -EINVAL, 0 },
		{ "5d", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t value = 42;

		assert_int_equal(option_parse_duration(cases[i].text, &value), cases[i].r);
		assert_int_equal(value, cases[i].r ? 42 : cases[i].ns);
	}
}

static void options_fill_their_targets(void **state)
{
	(void)state;
	assert_int_equal(
		parse_words(true, "test --first -o dir --schedules=10k --time 2m -j4 --mod c11 "
				  "-- prog --first"),
		1);
	assert_true(first);
	assert_string_equal(out, "dir");
	assert_int_equal(schedules, 10000);
	assert_int_equal(time_ns, 120000000000);
	assert_int_equal(jobs, 4);
	assert_int_equal(model, 9);
	assert_int_equal(line.program_count, 2);
	assert_string_equal(line.program[0], "prog");
	assert_string_equal(line.program[1], "--first");
}

static void options_not_given_keep_their_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse_words(true, "test -- prog"), 1);
	assert_false(first);
	assert_string_equal(out, "default");
	assert_int_equal(schedules, 1000);
	assert_int_equal(model, -1);
}

static void a_program_may_follow_without_dashes(void **state)
{
	(void)state;
	assert_int_equal(parse_words(true, "test --first prog --schedules 3 -- x"), 1);
	assert_int_equal(schedules, 1000);
	assert_int_equal(line.operand_count, 0);
	assert_int_equal(line.program_count, 5);
	assert_string_equal(line.program[0], "prog");
	assert_string_equal(line.program[3], "--");
}

static void no_program_is_an_empty_list(void **state)
{
	(void)state;
	assert_int_equal(parse_words(true, "test --first"), 1);
	assert_int_equal(line.program_count, 0);
	assert_null(line.program[0]);
	assert_int_equal(parse_words(false, "test file"), 1);
	assert_int_equal(line.program_count, 0);
	assert_null(line.program[0]);
}

static void operands_mix_with_options_when_no_program_is_taken(void **state)
{
	(void)state;
	assert_int_equal(parse_words(false, "test a --first b -j 2 -- prog -j9 --"), 1);
	assert_true(first);
	assert_int_equal(jobs, 2);
	assert_int_equal(line.operand_count, 2);
	assert_string_equal(line.operands[0], "a");
	assert_string_equal(line.operands[1], "b");
	assert_int_equal(line.program_count, 3);
	assert_string_equal(line.program[0], "prog");
	assert_string_equal(line.program[1], "-j9");
	assert_string_equal(line.program[2], "--");
}

static void help_is_known_to_every_table(void **state)
{
	(void)state;
	assert_int_equal(parse_words(true, "test --help"), 0);
	assert_int_equal(parse_words(true, "test --first -h"), 0);
	assert_int_equal(parse_words(true, "test -- prog --help"), 1);
}

static void bad_options_get_one_line_that_names_them(void **state)
{
	(void)state;
	refused(true, "test --schedule-all -- p",
		"unknown option '--schedule-all'; see 'weft test --help'");
	refused(true, "test --sheduls=3 -- p",
		"unknown option '--sheduls'; did you mean '--schedules'? see 'weft test "
		"--help'");
	refused(true, "test -x -- p", "unknown option '-x'; see 'weft test --help'");
	refused(true, "test -xyz", "unknown option '-x'; see 'weft test --help'");
	refused(true, "test --schedules",
		"'--schedules' needs a value; see 'weft test --help'");
	refused(false, "test -j -- p", "'-j' needs a value; see 'weft test --help'");
	refused(true, "test --first=3", "'--first' takes no value");
	refused(true, "test --help=3", "'--help' takes no value");
	refused(true, "test --out=", "the value of '--out' is empty");
}

static void bad_values_get_one_line_that_says_what_is_taken(void **state)
{
	(void)state;
	refused(true, "test --schedules many",
		"'--schedules' takes a number such as 250, 10k or 2M, not 'many'");
	refused(true, "test --time 5d",
		"'--time' takes a duration such as 500ms, 30s, 2m or 1h, not '5d'");
	refused(true, "test --model tso", "'--model' takes one of sc, c11, not 'tso'");
	refused(true, "test -j 0", "'--jobs 0' is too small");
	refused(true, "test -j 1025", "'--jobs 1025' is too large");
	refused(true, "test -j 99999999999999999999",
		"'--jobs 99999999999999999999' is too large");
}

static const char *nearest_command(const char *word)
{
	static const char *const commands[] = { "test", "replay", "cc", "c++", "doctor" };
	struct nearest nearest;

	nearest_init(&nearest, word);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		nearest_offer(&nearest, commands[i]);
	return nearest.best;
}

static void typos_are_recognised_and_other_words_are_not(void **state)
{
	(void)state;
	assert_string_equal(nearest_command("tset"), "test");
	assert_string_equal(nearest_command("tests"), "test");
	assert_string_equal(nearest_command("repaly"), "replay");
	assert_string_equal(nearest_command("docter"), "doctor");
	assert_null(nearest_command("stuck"));
	assert_null(nearest_command("x"));
	assert_null(nearest_command(""));
	assert_null(nearest_command("a-word-that-is-longer-than-any-command-or-option-could-be-"
				    "and-then-some"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_read_with_their_units),
		cmocka_unit_test(durations_are_read_with_their_units),
		cmocka_unit_test(options_fill_their_targets),
		cmocka_unit_test(options_not_given_keep_their_defaults),
		cmocka_unit_test(a_program_may_follow_without_dashes),
		cmocka_unit_test(no_program_is_an_empty_list),
		cmocka_unit_test(operands_mix_with_options_when_no_program_is_taken),
		cmocka_unit_test(help_is_known_to_every_table),
		cmocka_unit_test(bad_options_get_one_line_that_names_them),
		cmocka_unit_test(bad_values_get_one_line_that_says_what_is_taken),
		cmocka_unit_test(typos_are_recognised_and_other_words_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
