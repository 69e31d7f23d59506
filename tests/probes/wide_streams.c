/* SPDX-License-Identifier: Apache-2.0 */
/* Streams of wide characters, by every name of libc's functions on them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

extern int __wprintf_chk(int, const wchar_t *, ...);
extern int __fwprintf_chk(FILE *, int, const wchar_t *, ...);
extern int __vwprintf_chk(int, const wchar_t *, va_list);
extern int __vfwprintf_chk(FILE *, int, const wchar_t *, va_list);

/* Standard output is wide: what a narrow check would print has no way there. */
static void require(int line, int holds)
{
	if (!holds)
		wprintf(L"FAIL line %d\n", line);
	if (!holds)
		exit(1);
}

#define REQUIRE_TRUE(condition) require(__LINE__, !!(condition))

static int with_list(int which, const wchar_t *format, ...)
{
	va_list arguments;
	int result;

	va_start(arguments, format);
	if (which == 0)
		result = vwprintf(format, arguments);
	else if (which == 1)
		result = vfwprintf(stdout, format, arguments);
	else if (which == 2)
		result = __vwprintf_chk(1, format, arguments);
	else
		result = __vfwprintf_chk(stdout, 1, format, arguments);
	va_end(arguments);
	return result;
}

static void write_all(void)
{
	REQUIRE_TRUE(putwchar(L'a') == L'a');
	REQUIRE_TRUE(putwc(L'b', stdout) == L'b');
	REQUIRE_TRUE(fputwc(L'\n', stdout) == L'\n');
	REQUIRE_TRUE(fputws(L"cd\n", stdout) >= 0);
	REQUIRE_TRUE(wprintf(L"%d\n", 12) == 3);
	REQUIRE_TRUE(fwprintf(stdout, L"%d\n", 34) == 3);
	REQUIRE_TRUE(__wprintf_chk(1, L"%d\n", 56) == 3);
	REQUIRE_TRUE(__fwprintf_chk(stdout, 1, L"%d\n", 78) == 3);
	for (int i = 0; i < 4; i++)
		REQUIRE_TRUE(with_list(i, L"%d\n", 90 + i) == 3);
}

static void read_all(void)
{
	FILE *file = tmpfile();
	wchar_t line[8];

	REQUIRE_TRUE(file && fputws(L"abcdef\n12\n", file) >= 0);
	rewind(file);
	REQUIRE_TRUE(fgetwc(file) == L'a');
	REQUIRE_TRUE(getwc(file) == L'b');
	REQUIRE_TRUE(fgetws(line, 8, file) == line && !wcscmp(line, L"cdef\n"));
	REQUIRE_TRUE(fgetws(line, 8, file) == line && !wcscmp(line, L"12\n"));
	REQUIRE_TRUE(fgetwc(file) == WEOF);
	REQUIRE_TRUE(!fclose(file));
	REQUIRE_TRUE(getwchar() == WEOF);
}

int main(void)
{
	write_all();
	read_all();
	return 0;
}
