/* SPDX-License-Identifier: Apache-2.0 */
/* Stacks from snapshots: through inlined code, libc, signal handlers, and calls to nowhere. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tests/symbol/snapshot.h"
#include "tool/symbol/unwind.h"

#define MAX_FRAMES 64

struct unwound {
	struct program program;
	struct symbols *symbols;
	struct symbol_frame frames[MAX_FRAMES];
	size_t count;
};

static void unwind(struct unwound *unwound, const char *compiler, const char *argument)
{
	char command[512];
	struct diag diag;

	snprintf(command, sizeof(command), "%s -std=gnu11 -I%s", compiler, PROGRAMS);
	program_build(&unwound->program, command, "bank.c");
	program_run(&unwound->program, argument);
	unwound->symbols = symbols_new(unwound->program.maps, unwound->program.maps_len, &diag);
	assert_non_null(unwound->symbols);
	unwound->count = symbols_unwind(unwound->symbols, unwound->program.stack,
		unwound->program.stack_len, unwound->frames, MAX_FRAMES);
}

static void unwound_release(struct unwound *unwound)
{
	symbols_free(unwound->symbols);
	program_release(&unwound->program);
}

/* The next frame of `function` from `*at` on; a NULL mark stands for any line. */
static void expect(
	const struct unwound *unwound, size_t *at, const char *function, const char *mark)
{
	const struct symbol_frame *frame;

	while (*at < unwound->count && (!unwound->frames[*at].function ||
					       strcmp(unwound->frames[*at].function, function)))
		(*at)++;
	if (*at == unwound->count)
		fail_msg("no frame of %s", function);
	frame = &unwound->frames[(*at)++];
	if (mark)
		assert_int_equal(frame->line, source_mark("bank.c", mark));
}

static void stack_is_whole_with(const char *compiler)
{
	struct unwound unwound;
	size_t at = 0;
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(compiler, " "), compiler);
	if (!command_exists(name))
		return;
	print_message("  %s\n", compiler);
	unwind(&unwound, compiler, "call");
	assert_string_equal(unwound.frames[0].function, "deposit");
	expect(&unwound, &at, "deposit", "deposit");
	expect(&unwound, &at, "transfer", "transfer");
	expect(&unwound, &at, "main", "main");
	expect(&unwound, &at, "_start", NULL);
	assert_int_equal(at, unwound.count);
	unwound_release(&unwound);
}

static void stack_is_whole_without_frame_pointers_and_with_every_compiler(void **state)
{
	(void)state;
	stack_is_whole_with("gcc -g -O0");
	stack_is_whole_with("gcc -g -O2 -fomit-frame-pointer");
	stack_is_whole_with("gcc -g -O2 -no-pie");
	stack_is_whole_with("gcc -g -O3 -flto");
	stack_is_whole_with("clang-14 -g -O2");
	stack_is_whole_with("clang-16 -g -O1");
}

static void stack_goes_through_libc_that_calls_back(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2 -fomit-frame-pointer", "sort");
	expect(&unwound, &at, "deposit", "deposit");
	expect(&unwound, &at, "compare", "compare");
	expect(&unwound, &at, "main", "main-sort");
	unwound_release(&unwound);
}

static void stack_of_an_abort_begins_below_the_signal_handler(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "abort");
	assert_non_null(unwound.frames[0].module);
	assert_true(unwound.frames[0].is_system);
	expect(&unwound, &at, "abort", NULL);
	assert_true(at <= 4);
	expect(&unwound, &at, "fail", "abort");
	expect(&unwound, &at, "main", "main-fail");
	unwound_release(&unwound);
}

static void stack_of_an_assertion_shows_its_line(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "assert");
	expect(&unwound, &at, "abort", NULL);
	expect(&unwound, &at, "fail", "assert");
	expect(&unwound, &at, "main", "main-fail");
	unwound_release(&unwound);
}

static void stack_of_a_fault_begins_at_the_instruction(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "fault");
	assert_string_equal(unwound.frames[0].function, "fail");
	expect(&unwound, &at, "fail", "fault");
	expect(&unwound, &at, "main", "main-fail");
	unwound_release(&unwound);
}

static void call_through_a_null_pointer_shows_the_caller(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "wild");
	assert_int_equal(unwound.frames[0].pc, 0);
	assert_null(unwound.frames[0].module);
	assert_string_equal(unwound.frames[1].function, "fail");
	expect(&unwound, &at, "fail", "wild");
	expect(&unwound, &at, "main", "main-fail");
	unwound_release(&unwound);
}

static void frames_of_the_runtime_within_the_stack_stay(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "once");
	assert_string_equal(unwound.frames[0].function, "routine");
	expect(&unwound, &at, "routine", "routine");
	expect(&unwound, &at, "capture_call", NULL);
	expect(&unwound, &at, "main", "main-once");
	unwound_release(&unwound);
}

static void stack_of_a_thread_ends_where_the_runtime_began_it(void **state)
{
	struct unwound unwound;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "thread");
	assert_int_equal(unwound.count, 1);
	assert_string_equal(unwound.frames[0].function, "routine");
	unwound_release(&unwound);
}

static void code_without_frame_information_is_passed_by_the_frame_pointer(void **state)
{
	struct unwound unwound;
	size_t at = 0;

	(void)state;
	unwind(&unwound,
		"gcc -O1 -fno-omit-frame-pointer -fno-asynchronous-unwind-tables "
		"-fno-optimize-sibling-calls",
		"call");
	expect(&unwound, &at, "transfer", NULL);
	expect(&unwound, &at, "main", NULL);
	unwound_release(&unwound);
}

static void stack_ends_where_the_snapshot_does(void **state)
{
	struct symbol_frame frames[MAX_FRAMES];
	struct unwound unwound;
	size_t last = 0;
	size_t size;

	(void)state;
	unwind(&unwound, "gcc -g -O2", "call");
	for (size = 0; size <= unwound.program.stack_len; size += 8) {
		size_t count = symbols_unwind(
			unwound.symbols, unwound.program.stack, size, frames, MAX_FRAMES);

		if (size < sizeof(struct wire_stack))
			assert_int_equal(count, 0);
		else
			assert_true(count >= 1 && count <= unwound.count);
		assert_true(count >= last);
		/* With the frame of the runtime alone, that is what is shown. */
		last = count > 1 ? count : 0;
		if (size > 4096)
			break;
	}
	assert_int_equal(last, unwound.count);
	assert_int_equal(symbols_unwind(unwound.symbols, unwound.program.stack,
				 unwound.program.stack_len, frames, 2),
		2);
	assert_int_equal(symbols_unwind(unwound.symbols, unwound.program.stack,
				 unwound.program.stack_len, frames, 0),
		0);
	unwound_release(&unwound);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stack_is_whole_without_frame_pointers_and_with_every_compiler),
		cmocka_unit_test(stack_goes_through_libc_that_calls_back),
		cmocka_unit_test(stack_of_an_abort_begins_below_the_signal_handler),
		cmocka_unit_test(stack_of_an_assertion_shows_its_line),
		cmocka_unit_test(stack_of_a_fault_begins_at_the_instruction),
		cmocka_unit_test(call_through_a_null_pointer_shows_the_caller),
		cmocka_unit_test(frames_of_the_runtime_within_the_stack_stay),
		cmocka_unit_test(stack_of_a_thread_ends_where_the_runtime_began_it),
		cmocka_unit_test(code_without_frame_information_is_passed_by_the_frame_pointer),
		cmocka_unit_test(stack_ends_where_the_snapshot_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
