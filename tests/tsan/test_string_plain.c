/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain loops mean what libc's functions mean: compared with them on every pair of short
 * texts over a small alphabet.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "runtime/interpose/string_hooks.h"

#define TEXT_LIMIT 4
#define ROOM 16

static const char alphabet[] = "aAb\xe9";

/* Calls `check` with every text of up to TEXT_LIMIT letters. */
static void for_each_text(void (*check)(const char *a, const char *b), const char *fixed)
{
	size_t letters = sizeof(alphabet) - 1;
	size_t count = 1;

	for (size_t length = 0; length <= TEXT_LIMIT; length++, count *= letters) {
		for (size_t number = 0; number < count; number++) {
			char text[ROOM] = { 0 };
			size_t rest = number;

			for (size_t i = 0; i < length; i++, rest /= letters)
				text[i] = alphabet[rest % letters];
			check(text, fixed);
		}
	}
}

static void for_each_second_text(const char *fixed, const char *unused);

static void (*current_check)(const char *a, const char *b);

static void for_each_second_text(const char *fixed, const char *unused)
{
	(void)unused;
	for_each_text(current_check, fixed);
}

static void for_each_pair(void (*check)(const char *a, const char *b))
{
	current_check = check;
	for_each_text(for_each_second_text, NULL);
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

#define SAME(name, ...) assert_true((name)(__VA_ARGS__) == plain_##name(__VA_ARGS__))
#define SAME_SIGN(name, ...) \
	assert_int_equal(sign((name)(__VA_ARGS__)), sign(plain_##name(__VA_ARGS__)))

static void check_search(const char *a, const char *b)
{
	size_t size = strlen(a);

	SAME(strlen, a);
	SAME(strnlen, a, 2);
	SAME(strchr, a, b[0]);
	SAME(strchrnul, a, b[0]);
	SAME(strrchr, a, b[0]);
	SAME(memchr, a, b[0], size);
	SAME(memrchr, a, b[0], size);
	SAME(strstr, a, b);
	SAME(strcasestr, a, b);
	SAME(memmem, a, size, b, strlen(b));
	SAME(strspn, a, b);
	SAME(strcspn, a, b);
	SAME(strpbrk, a, b);
	SAME(rawmemchr, a, 0);
}

static void check_compare(const char *a, const char *b)
{
	SAME_SIGN(strcmp, a, b);
	SAME_SIGN(strncmp, a, b, 2);
	SAME_SIGN(strcasecmp, a, b);
	SAME_SIGN(strncasecmp, a, b, 2);
	SAME_SIGN(memcmp, a, b, ROOM);
	SAME_SIGN(bcmp, a, b, ROOM);
}

/* The same call by both, on equal buffers: equal results, as offsets, and equal buffers after.
 */
#define SAME_EFFECT(name, text, ...)                                              \
	do {                                                                      \
		char real[3 * ROOM], plain[3 * ROOM];                             \
		memset(real, '#', sizeof(real));                                  \
		memset(plain, '#', sizeof(plain));                                \
		strcpy(real, text);                                               \
		strcpy(plain, text);                                              \
		char *to = real;                                                  \
		intptr_t r = (intptr_t)(name)(__VA_ARGS__);                       \
		to = plain;                                                       \
		intptr_t p = (intptr_t)plain_##name(__VA_ARGS__);                 \
		assert_true(r == p || r - (intptr_t)real == p - (intptr_t)plain); \
		assert_memory_equal(real, plain, sizeof(real));                   \
	} while (0)

static void check_write(const char *a, const char *b)
{
	SAME_EFFECT(memcpy, a, to, b, ROOM);
	SAME_EFFECT(mempcpy, a, to, b, 3);
	SAME_EFFECT(memccpy, a, to, b, 'b', ROOM);
	SAME_EFFECT(memmove, a, to + 2, to, ROOM);
	SAME_EFFECT(memmove, a, to, to + 2, ROOM);
	SAME_EFFECT(memset, a, to, b[0], 3);
	SAME_EFFECT(strcpy, a, to, b);
	SAME_EFFECT(stpcpy, a, to, b);
	SAME_EFFECT(strncpy, a, to, b, 3);
	SAME_EFFECT(strncpy, a, to, b, ROOM);
	SAME_EFFECT(stpncpy, a, to, b, 3);
	SAME_EFFECT(stpncpy, a, to, b, ROOM);
	SAME_EFFECT(strcat, a, to, b);
	SAME_EFFECT(strncat, a, to, b, 2);
	SAME_EFFECT(__strcpy_chk, a, to, b, ROOM);
	SAME_EFFECT(__strncat_chk, a, to, b, 2, ROOM);
	SAME_EFFECT(__stpncpy_chk, a, to, b, 3, ROOM);
}

static void searches_find_what_libc_finds(void **state)
{
	(void)state;
	for_each_pair(check_search);
}

static void comparisons_agree_with_libc(void **state)
{
	(void)state;
	for_each_pair(check_compare);
}

static void writes_leave_what_libc_leaves(void **state)
{
	(void)state;
	for_each_pair(check_write);
}

static void wide_functions_agree_with_libc(void **state)
{
	static const wchar_t *const texts[] = { L"", L"a", L"ab", L"b", L"ba", L"\x7fffffff" };
	size_t count = sizeof(texts) / sizeof(texts[0]);

	(void)state;
	for (size_t i = 0; i < count * count; i++) {
		const wchar_t *a = texts[i / count];
		const wchar_t *b = texts[i % count];
		wchar_t real[ROOM] = L"xy", plain[ROOM] = L"xy";

		SAME(wcslen, a);
		SAME(wcsnlen, a, 1);
		SAME(wcschr, a, b[0]);
		SAME_SIGN(wcscmp, a, b);
		SAME_SIGN(wmemcmp, a, b, 1);
		plain_wcscat(plain_wcsncat(plain, a, 1), b);
		wcscat(wcsncat(real, a, 1), b);
		assert_memory_equal(real, plain, sizeof(real));
		plain_wcsncpy(plain_wcscpy(plain, a) + 3, b, 4);
		wcsncpy(wcscpy(real, a) + 3, b, 4);
		assert_memory_equal(real, plain, sizeof(real));
		plain_wmemmove(plain_wmemset(plain, b[0], 3) + 1, plain, 4);
		wmemmove(wmemset(real, b[0], 3) + 1, real, 4);
		assert_memory_equal(real, plain, sizeof(real));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(searches_find_what_libc_finds),
		cmocka_unit_test(comparisons_agree_with_libc),
		cmocka_unit_test(writes_leave_what_libc_leaves),
		cmocka_unit_test(wide_functions_agree_with_libc),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
