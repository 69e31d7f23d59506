/* SPDX-License-Identifier: Apache-2.0 */
/* From source lines back to code, also in a program compiled in another way or changed around
 * it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/symbol/snapshot.h"
#include "tool/symbol/location.h"

#define MAX_RANGES 64

struct located {
	struct program program;
	struct symbols *symbols;
};

static bool locate(struct located *located, const char *compiler, const char *source)
{
	char command[512];
	char name[32];
	struct diag diag;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(compiler, " "), compiler);
	if (!command_exists(name))
		return false;
	print_message("  %s\n", compiler);
	snprintf(command, sizeof(command), "%s -I%s", compiler, PROGRAMS);
	program_build(&located->program, command, source);
	program_run(&located->program, "");
	located->symbols = symbols_new(located->program.maps, located->program.maps_len, &diag);
	assert_non_null(located->symbols);
	return true;
}

static void located_release(struct located *located)
{
	symbols_free(located->symbols);
	program_release(&located->program);
}

static bool holds(const struct symbol_range *ranges, int count, uint64_t return_address)
{
	int i;

	for (i = 0; i < count && i < MAX_RANGES; i++) {
		if (ranges[i].start < return_address && return_address <= ranges[i].end)
			return true;
	}
	return false;
}

/* The display frame of a noted pc leads back to it, by each form of its file. */
static void check_round_trip(struct located *located, const char *note)
{
	uint64_t pc = program_note(&located->program, note);
	struct symbol_range ranges[MAX_RANGES];
	struct symbol_frame frame;
	const char *files[3];
	size_t i;

	symbols_display_frame(located->symbols, pc, true, &frame);
	assert_non_null(frame.file);
	files[0] = frame.file;
	files[1] = frame.short_file;
	files[2] = strrchr(frame.file, '/') + 1;
	for (i = 0; i < 3; i++) {
		int count = symbols_find_location(located->symbols, frame.function, files[i],
			frame.line, ranges, MAX_RANGES);

		assert_true(count > 0);
		assert_true(holds(ranges, count, pc));
		count = symbols_find_location(
			located->symbols, NULL, files[i], frame.line, ranges, MAX_RANGES);
		assert_true(holds(ranges, count, pc));
	}
}

static void display_frame_leads_back_to_its_code(void **state)
{
	static const char *const compilers[] = { "g++ -O0 -g", "g++ -O2 -g", "g++ -O3 -g -flto",
		"g++ -O2 -g -gsplit-dwarf", "g++ -O2 -g -no-pie", "clang++-14 -O2 -g",
		"clang++-16 -O2 -g" };
	static const char *const notes[] = { "withdraw", "add", "hidden", "lambda",
		"pthread_mutex_lock" };
	struct located located;
	size_t i;
	size_t n;

	(void)state;
	for (i = 0; i < sizeof(compilers) / sizeof(compilers[0]); i++) {
		if (!locate(&located, compilers[i], "account.cc"))
			continue;
		for (n = 0; n < sizeof(notes) / sizeof(notes[0]); n++)
			check_round_trip(&located, notes[n]);
		located_release(&located);
	}
}

/* Whatever pc is in the ranges has that display frame, and no other pc of the function has. */
static void ranges_are_exactly_the_code_of_the_line(void **state)
{
	struct symbol_range ranges[MAX_RANGES];
	struct symbol_frame wanted;
	struct symbol_frame frame;
	struct located located;
	uint64_t pc;
	uint64_t at;
	int count;

	(void)state;
	assert_true(locate(&located, "g++ -O2 -g", "account.cc"));
	pc = program_note(&located.program, "pthread_mutex_lock");
	symbols_display_frame(located.symbols, pc, true, &wanted);
	count = symbols_find_location(located.symbols, wanted.function, wanted.short_file,
		wanted.line, ranges, MAX_RANGES);
	assert_in_range(count, 1, MAX_RANGES);
	for (at = pc - 300; at < pc + 300; at++) {
		bool same;

		symbols_display_frame(located.symbols, at, true, &frame);
		same = frame.file && frame.line == wanted.line &&
		       !strcmp(frame.file, wanted.file) &&
		       !strcmp(frame.function, wanted.function);
		assert_int_equal(same, holds(ranges, count, at));
	}
	located_release(&located);
}

static void ranges_are_sorted_and_apart(void **state)
{
	struct symbol_range ranges[MAX_RANGES];
	struct symbol_range first;
	struct located located;
	uint32_t line;
	int count;
	int i;

	(void)state;
	assert_true(locate(&located, "gcc -O2 -g", "bank.c"));
	line = source_mark("bank.c", "deposit-pc");
	count = symbols_find_location(
		located.symbols, "deposit", "bank.c", line, ranges, MAX_RANGES);
	assert_in_range(count, 1, MAX_RANGES);
	for (i = 0; i < count; i++) {
		assert_true(ranges[i].start < ranges[i].end);
		assert_true(i == 0 || ranges[i - 1].end < ranges[i].start);
	}
	/* What does not fit is counted all the same. */
	assert_int_equal(
		symbols_find_location(located.symbols, "deposit", "bank.c", line, &first, 1),
		count);
	assert_int_equal(first.start, ranges[0].start);
	assert_int_equal(
		symbols_find_location(located.symbols, "deposit", "bank.c", line, NULL, 0),
		count);
	located_release(&located);
}

static void what_is_not_there_has_no_ranges(void **state)
{
	struct symbol_range ranges[MAX_RANGES];
	struct located located;
	uint32_t line;

	(void)state;
	assert_true(locate(&located, "gcc -O2 -g", "bank.c"));
	line = source_mark("bank.c", "deposit");
	assert_int_equal(symbols_find_location(
				 located.symbols, "deposit", "bank.c", 1, ranges, MAX_RANGES),
		0);
	assert_int_equal(symbols_find_location(
				 located.symbols, "other", "bank.c", line, ranges, MAX_RANGES),
		0);
	assert_int_equal(symbols_find_location(located.symbols, "deposit", "other.c", line,
				 ranges, MAX_RANGES),
		0);
	assert_int_equal(
		symbols_find_location(located.symbols, NULL, "", 0, ranges, MAX_RANGES), 0);
	located_release(&located);
}

static void module_and_offset_name_an_address(void **state)
{
	struct symbol_module module;
	struct located located;
	char text[256];
	uint64_t offset;
	uint64_t found;
	uint64_t pc;

	(void)state;
	assert_true(locate(&located, "gcc -O2", "bank.c"));
	pc = program_note(&located.program, "deposit");
	assert_int_equal(symbols_module(located.symbols, pc, &module, &offset), 0);
	snprintf(text, sizeof(text), "prog+0x%llx", (unsigned long long)offset);
	assert_int_equal(symbols_find_offset(located.symbols, text, &found), 0);
	assert_int_equal(found, pc);
	assert_int_equal(symbols_find_offset(located.symbols, "other+0x10", &found), -ENOENT);
	assert_int_equal(symbols_find_offset(located.symbols, "prog", &found), -EINVAL);
	assert_int_equal(symbols_find_offset(located.symbols, "prog+0x", &found), -EINVAL);
	assert_int_equal(symbols_find_offset(located.symbols, "prog+10", &found), -EINVAL);
	assert_int_equal(symbols_find_offset(located.symbols, "+0x10", &found), -EINVAL);
	assert_int_equal(symbols_find_offset(located.symbols, "prog+0x1z", &found), -EINVAL);
	assert_int_equal(
		symbols_find_offset(located.symbols, "prog+0x11112222333344445", &found),
		-EINVAL);
	assert_int_equal(found, pc);
	located_release(&located);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(display_frame_leads_back_to_its_code),
		cmocka_unit_test(ranges_are_exactly_the_code_of_the_line),
		cmocka_unit_test(ranges_are_sorted_and_apart),
		cmocka_unit_test(what_is_not_there_has_no_ranges),
		cmocka_unit_test(module_and_offset_name_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
