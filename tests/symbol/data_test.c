/* SPDX-License-Identifier: Apache-2.0 */
/* Names of variables by address. */
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
#include "tool/symbol/data.h"

static bool build(struct program *program, const char *compiler, const char *source)
{
	char command[512];
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(compiler, " "), compiler);
	if (!command_exists(name))
		return false;
	print_message("  %s\n", compiler);
	snprintf(command, sizeof(command), "%s -I%s", compiler, PROGRAMS);
	program_build(program, command, source);
	program_run(program, "");
	return true;
}

static struct symbols *symbols_of(const struct program *program)
{
	struct symbols *symbols =
		symbols_new(program->maps, program->maps_len, &(struct diag){ 0 });

	assert_non_null(symbols);
	return symbols;
}

/* Each address that the program noted has the name under which it did. */
static void check_names(const char *compiler, const char *source)
{
	struct program program;
	struct symbols *symbols;
	char name[128];
	size_t i;

	if (!build(&program, compiler, source))
		return;
	symbols = symbols_of(&program);
	for (i = 0; i < program.note_count; i++) {
		uint64_t address = program.notes[i].address;
		struct symbol_frame frame;

		symbols_display_frame(symbols, address, true, &frame);
		if (frame.function && frame.line) /* a note of code */
			continue;
		assert_int_equal(symbols_data(symbols, address, name, sizeof(name)), 0);
		assert_string_equal(name, program.notes[i].name);
	}
	symbols_free(symbols);
	program_release(&program);
}

static void variables_are_named_as_the_program_writes_them(void **state)
{
	(void)state;
	check_names("gcc -g -O0", "variables.c");
	check_names("gcc -g -O2 -no-pie", "variables.c");
	check_names("gcc -g -O2 -gdwarf-4", "variables.c");
	check_names("gcc -g -O2 -flto", "variables.c");
	check_names("gcc -g -O1 -gsplit-dwarf", "variables.c");
	check_names("clang-14 -g -O1", "variables.c");
	check_names("clang-16 -g -O2", "variables.c");
}

static void cxx_variables_are_qualified(void **state)
{
	(void)state;
	check_names("g++ -g -O2", "account.cc");
	check_names("clang++-14 -g -O2", "account.cc");
}

static void without_debug_information_symbol_and_offset_name_a_variable(void **state)
{
	struct program program;
	struct symbols *symbols;
	char name[128];
	uint64_t table;

	(void)state;
	assert_true(build(&program, "gcc -O1", "variables.c"));
	symbols = symbols_of(&program);
	table = program_note(&program, "table[0].key");
	assert_int_equal(symbols_data(symbols, table, name, sizeof(name)), 0);
	assert_string_equal(name, "table");
	assert_int_equal(symbols_data(symbols, table + 40, name, sizeof(name)), 0);
	assert_string_equal(name, "table+40");
	assert_int_equal(
		symbols_data(symbols, program_note(&program, "ticket"), name, sizeof(name)), 0);
	assert_string_equal(name, "ticket");
	symbols_free(symbols);
	program_release(&program);
}

static void what_is_no_variable_has_no_name(void **state)
{
	struct program program;
	struct symbols *symbols;
	char name[8] = "before";

	(void)state;
	assert_true(build(&program, "gcc -g -O1", "variables.c"));
	symbols = symbols_of(&program);
	assert_int_equal(symbols_data(symbols, 8, name, sizeof(name)), -ENOENT);
	assert_int_equal(symbols_data(symbols, program.stack->sp, name, sizeof(name)), -ENOENT);
	assert_int_equal(symbols_data(symbols, UINT64_MAX, name, sizeof(name)), -ENOENT);
	assert_string_equal(name, "before");
	/* A name that does not fit is cut off. */
	assert_int_equal(symbols_data(symbols, program_note(&program, "untouched[63]"), name,
				 sizeof(name)),
		0);
	assert_string_equal(name, "untouch");
	symbols_free(symbols);
	program_release(&program);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(variables_are_named_as_the_program_writes_them),
		cmocka_unit_test(cxx_variables_are_qualified),
		cmocka_unit_test(without_debug_information_symbol_and_offset_name_a_variable),
		cmocka_unit_test(what_is_no_variable_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
