/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of damage to a .weft file is refused with the place and what is wrong there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tool/trace/schedule.h"

#define HEAD "weft 1\nprogram ./p\n"

struct damage {
	const char *text;
	const char *message;
};

static const struct damage first_lines[] = {
	{ "", "x.weft:1:1: the file is empty" },
	{ "\177ELF\n", "x.weft:1:1: not a weft schedule: the first line is not 'weft 1'" },
	{ "wefts 1\n", "x.weft:1:1: not a weft schedule: the first line is not 'weft 1'" },
	{ "weft one\n", "x.weft:1:6: expected the version of the format, not 'one'" },
	{ "weft 0\n", "x.weft:1:6: there is no version 0 of the format" },
	{ "weft 2\n",
		"x.weft:1:6: version 2 of the format is newer than this weft, which knows "
		"up to 1: use a newer weft" },
	{ "weft 1 2\n", "x.weft:1:8: unexpected text, the line should end here" },
	{ "weft 1", "x.weft:1:7: the file is cut off: it has no line 'end'" },
};

static const struct damage wholes[] = {
	{ HEAD, "x.weft:2:12: the file is cut off: it has no line 'end'" },
	{ HEAD "model s", "x.weft:3:8: the file is cut off: it has no line 'end'" },
	{ HEAD "en", "x.weft:3:3: the file is cut off: it has no line 'end'" },
	{ HEAD "end\nmodel sc\n", "x.weft:4:1: there is text after 'end'" },
	{ HEAD "end of it\n", "x.weft:3:5: unexpected text, the line should end here" },
	{ "weft 1\nend\n", "x.weft:2:1: there is no header 'program'" },
	{ HEAD "# caf\xe9\nend\n", "x.weft:3:6: byte 0xe9 is not UTF-8" },
	{ HEAD "# \xc0\xaf\nend\n", "x.weft:3:3: byte 0xc0 is not UTF-8" },
	{ HEAD "# \xed\xa0\x80\nend\n", "x.weft:3:3: byte 0xed is not UTF-8" },
	{ HEAD "# \xc3\xa9 \x01\nend\n", "x.weft:3:5: control character 0x01" },
	{ HEAD "model\rsc\nend\n", "x.weft:3:6: control character 0x0d" },
	{ HEAD "<<<<<<< HEAD\nend\n", "x.weft:3:1: expected a key" },
};

static const struct damage headers[] = {
	{ HEAD "program ./q\nend\n", "x.weft:3:1: 'program' is here for the second time" },
	{ HEAD "model tso\nend\n", "x.weft:3:7: 'tso' is not a memory model" },
	{ HEAD "model\nend\n", "x.weft:3:6: expected a memory model" },
	{ HEAD "model sc c11\nend\n",
		"x.weft:3:10: unexpected text, the line should end here" },
	{ HEAD "carrier pigeon\nend\n", "x.weft:3:9: 'pigeon' is not a carrier" },
	{ HEAD "points of-no-return\nend\n",
		"x.weft:3:8: 'of-no-return' is not a choice of scheduling points" },
	{ HEAD "step-limit -1\nend\n", "x.weft:3:12: expected a number of steps, not '-1'" },
	{ HEAD "random-seed 18446744073709551616\nend\n",
		"x.weft:3:13: a seed is over the limit of 18446744073709551615" },
	{ HEAD "memory-limit-mib 4294967296\nend\n",
		"x.weft:3:18: a size in MiB is over the limit of 4294967295" },
	{ HEAD "build-id xyz\nend\n", "x.weft:3:10: a build id has digits 0-9 a-f only" },
	{ HEAD "hash 0123456789abcdef0\nend\n",
		"x.weft:3:6: expected hexadecimal digits, not '0123456789abcdef0'" },
	{ HEAD "hash FF\nend\n", "x.weft:3:6: expected hexadecimal digits, not 'FF'" },
	{ HEAD "strategy pct seed\nend\n", "x.weft:3:18: expected a number" },
	{ HEAD "strategy pct sed 1\nend\n", "x.weft:3:14: expected 'seed', not 'sed'" },
	{ HEAD "expect deadlock \"a\"\nend\n", "x.weft:3:20: expected 'fingerprint'" },
	{ HEAD "at main lock 1: wake 0\nmodel sc\nend\n",
		"x.weft:4:1: expected 'at' or 'end', not 'model'" },
};

static const struct damage words[] = {
	{ HEAD "arguments \"a\nend\n", "x.weft:3:11: the quote is not closed" },
	{ HEAD "arguments \"a\\\"\nend\n", "x.weft:3:11: the quote is not closed" },
	{ HEAD "arguments \"a\\\nend\n",
		"x.weft:3:13: unknown escape; there are \\\" \\\\ \\n \\r \\t and \\xNN" },
	{ HEAD "arguments \"\\q\"\nend\n",
		"x.weft:3:12: unknown escape; there are \\\" \\\\ \\n \\r \\t and \\xNN" },
	{ HEAD "arguments \"\\xF\"\nend\n",
		"x.weft:3:14: expected two digits 0-9 a-f after '\\x'" },
	{ HEAD "arguments \"\\x00\"\nend\n", "x.weft:3:14: a string cannot hold the byte 0" },
	{ HEAD "arguments a\"b\"\nend\n",
		"x.weft:3:12: a blank is missing here, or quotes around the word" },
	{ HEAD "arguments a#b\nend\n",
		"x.weft:3:12: a blank is missing here, or quotes around the word" },
	{ HEAD "arguments \xc3\xa9\nend\n", "x.weft:3:11: expected an argument" },
};

static const struct damage decisions[] = {
	{ HEAD "at\nend\n", "x.weft:3:3: expected a thread such as 'main' or 'main.2'" },
	{ HEAD "at worker lock 1: wake 0\nend\n",
		"x.weft:3:4: 'worker' is no thread; they are 'main', 'main.2', 'main.2.1'" },
	{ HEAD "at main.0 lock 1: wake 0\nend\n",
		"x.weft:3:4: 'main.0' is no thread; they are 'main', 'main.2', 'main.2.1'" },
	{ HEAD "at main grab 1: wake 0\nend\n", "x.weft:3:9: there is no operation 'grab'" },
	{ HEAD "at main none 1: wake 0\nend\n", "x.weft:3:9: there is no operation 'none'" },
	{ HEAD "at main lock 0: wake 0\nend\n",
		"x.weft:3:14: the operation's number counts from 1" },
	{ HEAD "at main lock 4294967296: wake 0\nend\n",
		"x.weft:3:14: the operation's number is over the limit of 4294967295" },
	{ HEAD "at main lock 1 by f a.c:1: wake 0\nend\n",
		"x.weft:3:16: expected 'in' or ':', not 'by'" },
	{ HEAD "at main lock 1 in f a.c: wake 0\nend\n",
		"x.weft:3:26: expected a line number, not 'wake'" },
	{ HEAD "at main lock 1 in f a.c wake 0\nend\n",
		"x.weft:3:25: expected ':' and a line number" },
	{ HEAD "at main lock 1 in f a.c:1 wake 0\nend\n",
		"x.weft:3:27: expected ':' and a decision" },
	{ HEAD "at main lock 1 in p+1234: wake 0\nend\n",
		"x.weft:3:21: expected an offset such as 0x1234, not '1234'" },
	{ HEAD "at main lock 1: pounce main.1\nend\n",
		"x.weft:3:17: there is no decision 'pounce'" },
	{ HEAD "at main lock 1: preempt\nend\n",
		"x.weft:3:24: expected a thread such as 'main' or 'main.2'" },
	{ HEAD "at main lock 1: wake main\nend\n",
		"x.weft:3:22: expected the decision's value, not 'main'" },
	{ HEAD "at main lock 1: wake 0 (again 2)\nend\n",
		"x.weft:3:25: expected 'repetition', not 'again'" },
	{ HEAD "at main lock 1: wake 0 (repetition 2\nend\n", "x.weft:3:37: expected ')'" },
	{ HEAD "at main lock 1: wake 0 1\nend\n",
		"x.weft:3:24: unexpected text, the line should end here" },
	{ HEAD "at main lock 1: wake 0\nat main lock 2: wake 1\n"
	       "at main lock 1: wake 1 (repetition 1)\nend\n",
		"x.weft:5:1: the same decision is taken in line 3" },
};

static void check_refused(const struct damage *damages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct damage *damage = &damages[i];
		struct schedule *schedule = NULL;
		struct diag diag = { 0 };

		if (schedule_parse("x.weft", damage->text, strlen(damage->text), &schedule,
			    &diag) == 0)
			fail_msg("was read: %s", damage->text);
		assert_string_equal(diag.text, damage->message);
		assert_null(schedule);
	}
}

#define CHECK_REFUSED(damages) check_refused(damages, sizeof(damages) / sizeof((damages)[0]))

static void wrong_first_lines_are_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(first_lines);
}

static void wrong_files_are_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(wholes);
}

static void wrong_headers_are_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(headers);
}

static void wrong_words_are_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(words);
}

static void wrong_decisions_are_refused(void **state)
{
	(void)state;
	CHECK_REFUSED(decisions);
}

static void a_zero_byte_is_refused(void **state)
{
	static const char text[] = HEAD "model \0sc\nend\n";
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };

	(void)state;
	assert_true(schedule_parse("x.weft", text, sizeof(text) - 1, &schedule, &diag) < 0);
	assert_string_equal(diag.text, "x.weft:3:7: control character 0x00");
}

static void a_long_file_name_leaves_room_for_the_message(void **state)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };
	char name[4096];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_true(schedule_parse(name, "", 0, &schedule, &diag) < 0);
	assert_non_null(strstr(diag.text, ":1:1: the file is empty"));
}

/* A text of HEAD, `count` lines and the end. */
static char *repeat_line(const char *format, uint32_t count, size_t *ret_size)
{
	char *text = NULL;
	FILE *stream = open_memstream(&text, ret_size);

	assert_non_null(stream);
	fputs(HEAD, stream);
	for (uint32_t i = 1; i <= count; i++)
		fprintf(stream, format, i);
	fputs("end\n", stream);
	fclose(stream);
	return text;
}

static void the_limit_of_decisions_is_reached_exactly(void **state)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };
	size_t size;
	char *text = repeat_line("at main lock %u: wake 1\n", SCHEDULE_DECISIONS_MAX, &size);

	(void)state;
	assert_int_equal(schedule_parse("x.weft", text, size, &schedule, &diag), 0);
	assert_int_equal(schedule->decision_count, SCHEDULE_DECISIONS_MAX);
	schedule_free(schedule);
	free(text);
	text = repeat_line("at main lock %u: wake 1\n", SCHEDULE_DECISIONS_MAX + 1, &size);
	assert_true(schedule_parse("x.weft", text, size, &schedule, &diag) < 0);
	assert_string_equal(diag.text, "x.weft:1000003:1: more than 1000000 decisions");
	free(text);
}

static void the_limit_of_unknown_headers_is_reached_exactly(void **state)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };
	size_t size;
	char *text = repeat_line("future-%u\n", SCHEDULE_EXTRA_MAX, &size);

	(void)state;
	assert_int_equal(schedule_parse("x.weft", text, size, &schedule, &diag), 0);
	assert_int_equal(schedule->extra_count, SCHEDULE_EXTRA_MAX);
	schedule_free(schedule);
	free(text);
	text = repeat_line("future-%u\n", SCHEDULE_EXTRA_MAX + 1, &size);
	assert_true(schedule_parse("x.weft", text, size, &schedule, &diag) < 0);
	assert_string_equal(diag.text, "x.weft:1027:1: more than 1024 unknown header lines");
	free(text);
}

static void a_file_over_the_size_limit_is_refused(void **state)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };

	(void)state;
	assert_true(schedule_read("/dev/zero", &schedule, &diag) < 0);
	assert_string_equal(diag.text, "/dev/zero: larger than 64 MiB, not a weft schedule");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_first_lines_are_refused),
		cmocka_unit_test(wrong_files_are_refused),
		cmocka_unit_test(wrong_headers_are_refused),
		cmocka_unit_test(wrong_words_are_refused),
		cmocka_unit_test(wrong_decisions_are_refused),
		cmocka_unit_test(a_zero_byte_is_refused),
		cmocka_unit_test(a_long_file_name_leaves_room_for_the_message),
		cmocka_unit_test(the_limit_of_decisions_is_reached_exactly),
		cmocka_unit_test(the_limit_of_unknown_headers_is_reached_exactly),
		cmocka_unit_test(a_file_over_the_size_limit_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
