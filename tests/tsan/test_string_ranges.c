/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory and string hooks tell exactly the bytes that the function reads and writes, and
 * give the real function's result. Each line of the tables below is one call with what must be
 * told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/interpose/string_hooks.h"
#include "tests/tsan/fake_engine.h"

void __tsan_init(void);

/* Where the calls under test read and write: offsets below are from these. */
static char source[64];
static char target[64];

static void set_up_text(const char *target_text, const char *source_text)
{
	memset(source, '#', sizeof(source));
	memset(target, '#', sizeof(target));
	strcpy(source, source_text);
	strcpy(target, target_text);
}

/* The accesses that were told, as text: "r0+4" reads source[0..3], "W2+1" writes target[2]. */
static const char *told(void)
{
	static char text[256];
	size_t count = fake_stop();
	size_t length = 0;

	text[0] = 0;
	for (size_t i = 0; i < count; i++) {
		const struct fake_call *call = fake_call(i);
		bool in_target = call->address - (uintptr_t)target < sizeof(target);
		uintptr_t base = (uintptr_t)(in_target ? target : source);
		char letter = call->kind == FAKE_READ ? 'r' : 'w';

		assert_true(call->kind == FAKE_READ || call->kind == FAKE_WRITE);
		assert_true(call->pc != 0);
		if (in_target)
			letter = call->kind == FAKE_READ ? 'R' : 'W';
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%c%d+%zu",
			i ? " " : "", letter, (int)(call->address - base), call->size);
	}
	return text;
}

/* Makes the call between start and stop, through a pointer so that the compiler can't expand
 * it. */
#define TOLD(expected, result, name, ...)                         \
	do {                                                      \
		__typeof__(name) *volatile function = name;       \
		fake_start();                                     \
		uintptr_t got = (uintptr_t)function(__VA_ARGS__); \
		assert_string_equal(told(), expected);            \
		assert_true(got == (uintptr_t)(result));          \
	} while (0)

#define TOLD_VOID(expected, name, ...)                      \
	do {                                                \
		__typeof__(name) *volatile function = name; \
		fake_start();                               \
		function(__VA_ARGS__);                      \
		assert_string_equal(told(), expected);      \
	} while (0)

static void copies_tell_what_they_read_and_write(void **state)
{
	(void)state;
	set_up_text("", "0123456789");
	TOLD("r0+5 W0+5", target, memcpy, target, source, 5);
	assert_memory_equal(target, "01234", 5);
	TOLD("r1+3 W2+3", target + 2, memmove, target + 2, source + 1, 3);
	TOLD("r0+4 W0+4", target + 4, mempcpy, target, source, 4);
	TOLD("r0+4 W0+4", target + 4, memccpy, target, source, '3', 9);
	TOLD("r0+9 W0+9", NULL, memccpy, target, source, 'x', 9);
	TOLD("", target, memcpy, target, source, 0);
	TOLD("W3+7", target + 3, memset, target + 3, 'z', 7);
	assert_memory_equal(target + 3, "zzzzzzz", 7);
	TOLD_VOID("W1+2", bzero, target + 1, 2);
	TOLD_VOID("W1+2", explicit_bzero, target + 1, 2);
}

static void comparisons_tell_bytes_up_to_the_first_difference(void **state)
{
	(void)state;
	set_up_text("abcdef", "abcxef");
	TOLD("R0+4 r0+4", (uintptr_t)('d' - 'x'), memcmp, target, source, 6);
	TOLD("R0+3 r0+3", 0, memcmp, target, source, 3);
	TOLD("R0+3 r0+3", 0, bcmp, target, source, 3);
	TOLD("R0+4 r0+4", (uintptr_t)('d' - 'x'), strcmp, target, source);
	TOLD("R0+2 r0+2", 0, strncmp, target, source, 2);
	set_up_text("ABc", "abC");
	TOLD("R0+4 r0+4", 0, strcasecmp, target, source);
	TOLD("R0+3 r0+3", 0, strncasecmp, target, source, 3);
}

static void searches_tell_bytes_up_to_what_they_find(void **state)
{
	(void)state;
	set_up_text("cd", "abcdef");
	TOLD("r0+3", source + 2, memchr, source, 'c', 6);
	TOLD("r0+6", NULL, memchr, source, 'x', 6);
	TOLD("r2+4", source + 2, memrchr, source, 'c', 6);
	TOLD("r0+6", NULL, memrchr, source, 'x', 6);
	TOLD("r0+4", source + 3, rawmemchr, source, 'd');
	TOLD("r0+4 R0+2", source + 2, memmem, source, 6, target, 2);
	TOLD("r0+2 R0+2", NULL, memmem, source, 2, target, 2);
	TOLD("r0+3", source + 2, strchr, source, 'c');
	TOLD("r0+7", NULL, strchr, source, 'x');
	TOLD("r0+7", source + 6, strchr, source, 0);
	TOLD("r0+7", source + 6, strchrnul, source, 'x');
	TOLD("r0+7", source + 2, strrchr, source, 'c');
	TOLD("r0+4 R0+3", source + 2, strstr, source, target);
	TOLD("r0+4 R0+3", source + 2, strcasestr, source, target);
	TOLD("r0+3 R0+3", 2, strcspn, source, target);
	TOLD("r0+3 R0+3", source + 2, strpbrk, source, target);
	TOLD("r2+3 R0+3", 2, strspn, source + 2, target);
}

static void strings_are_read_with_their_terminator(void **state)
{
	(void)state;
	set_up_text("xy", "abc");
	TOLD("r0+4", 3, strlen, source);
	TOLD("r0+4", 3, strnlen, source, 9);
	TOLD("r0+2", 2, strnlen, source, 2);
	TOLD("R0+3 r0+4 W2+4", target, strcat, target, source);
	assert_string_equal(target, "xyabc");
	TOLD("R0+6 r0+2 W5+3", target, strncat, target, source, 2);
	assert_string_equal(target, "xyabcab");
	TOLD("r0+4 W0+4", target, strcpy, target, source);
	TOLD("r0+4 W1+4", target + 4, stpcpy, target + 1, source);
	TOLD("r0+4 W0+8", target, strncpy, target, source, 8);
	TOLD("r0+2 W0+2", target + 2, stpncpy, target, source, 2);
}

static void copies_on_the_heap_tell_the_original(void **state)
{
	char *copy;

	(void)state;
	set_up_text("", "abc");
	fake_start();
	copy = strdup(source);
	assert_string_equal(told(), "r0+4");
	assert_string_equal(copy, "abc");
	free(copy);
	fake_start();
	copy = strndup(source, 2);
	assert_string_equal(told(), "r0+2");
	assert_string_equal(copy, "ab");
	free(copy);
}

static void fortified_forms_tell_the_same(void **state)
{
	size_t room = sizeof(target);

	(void)state;
	set_up_text("xy", "abc");
	TOLD("R0+3 r0+4 W2+4", target, __strcat_chk, target, source, room);
	TOLD("R0+6 r0+2 W5+3", target, __strncat_chk, target, source, 2, room);
	TOLD("r0+4 W0+4", target, __strcpy_chk, target, source, room);
	TOLD("r0+4 W0+4", target + 3, __stpcpy_chk, target, source, room);
	TOLD("r0+4 W0+8", target, __strncpy_chk, target, source, 8, room);
	TOLD("r0+2 W0+2", target + 2, __stpncpy_chk, target, source, 2, room);
	TOLD("r0+5 W0+5", target, __memcpy_chk, target, source, 5, room);
	TOLD("r0+5 W0+5", target, __memmove_chk, target, source, 5, room);
	TOLD("r0+5 W0+5", target + 5, __mempcpy_chk, target, source, 5, room);
	TOLD("W0+5", target, __memset_chk, target, 1, 5, room);
	TOLD_VOID("W0+5", __explicit_bzero_chk, target, 5, room);
}

static void wide_strings_count_four_bytes_a_character(void **state)
{
	wchar_t *from = (wchar_t *)(uintptr_t)source;
	wchar_t *to = (wchar_t *)(uintptr_t)target;

	(void)state;
	memset(source, 0, sizeof(source));
	memset(target, 0, sizeof(target));
	from[0] = L'a';
	from[1] = L'b';
	TOLD("r0+12", 2, wcslen, from);
	TOLD("r0+4", 1, wcsnlen, from, 1);
	TOLD("r0+12 W0+12", to, wcscpy, to, from);
	TOLD("R0+12 r0+12 W8+12", to, wcscat, to, from);
	TOLD("R0+20 r0+4 W16+8", to, wcsncat, to, from, 1);
	TOLD("r0+12 W0+16", to, wcsncpy, to, from, 4);
	TOLD("r0+8", from + 1, wcschr, from, L'b');
	TOLD("R0+12 r0+12", 0, wcscmp, to, from);
	TOLD("R0+8 r0+8", 0, wmemcmp, to, from, 2);
	TOLD("r0+8 W4+8", to + 1, wmemcpy, to + 1, from, 2);
	TOLD("r0+8 W4+8", to + 1, wmemmove, to + 1, from, 2);
	TOLD("W4+8", to + 1, wmemset, to + 1, L'x', 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_tell_what_they_read_and_write),
		cmocka_unit_test(comparisons_tell_bytes_up_to_the_first_difference),
		cmocka_unit_test(searches_tell_bytes_up_to_what_they_find),
		cmocka_unit_test(strings_are_read_with_their_terminator),
		cmocka_unit_test(copies_on_the_heap_tell_the_original),
		cmocka_unit_test(fortified_forms_tell_the_same),
		cmocka_unit_test(wide_strings_count_four_bytes_a_character),
	};

	__tsan_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
