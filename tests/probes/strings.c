/* SPDX-License-Identifier: Apache-2.0 */
/* Memory and string functions, those of fortified code and of wide characters too. */
#include "../conformance/check.h"

#include <wchar.h>

extern void *__memcpy_chk(void *, const void *, size_t, size_t);
extern void *__memmove_chk(void *, const void *, size_t, size_t);
extern void *__mempcpy_chk(void *, const void *, size_t, size_t);
extern void *__memset_chk(void *, int, size_t, size_t);
extern void __explicit_bzero_chk(void *, size_t, size_t);
extern char *__strcpy_chk(char *, const char *, size_t);
extern char *__stpcpy_chk(char *, const char *, size_t);
extern char *__strncpy_chk(char *, const char *, size_t, size_t);
extern char *__stpncpy_chk(char *, const char *, size_t, size_t);
extern char *__strcat_chk(char *, const char *, size_t);
extern char *__strncat_chk(char *, const char *, size_t, size_t);

#define SIZE 32

static char to[SIZE];
static wchar_t wide[SIZE];
static const char *const text = "over and under";

/* What was written is as expected, and what was returned is `offset` bytes behind its start. */
#define CHECK_WRITTEN(call, offset, expected)             \
	do {                                              \
		CHECK_VALUE((char *)(call)-to, (offset)); \
		CHECK_VALUE(strcmp(to, (expected)), 0);   \
		memset(to, 0, SIZE);                      \
	} while (0)

/* Where it was found, or that it was not. */
#define CHECK_FOUND(call, offset) CHECK_VALUE((const char *)(call)-text, (offset))
#define CHECK_MISSING(call) CHECK_TRUE(!(call))

#define CHECK_WIDE(call, expected)                        \
	do {                                              \
		CHECK_TRUE((call) == wide);               \
		CHECK_VALUE(wcscmp(wide, (expected)), 0); \
		wmemset(wide, 0, SIZE);                   \
	} while (0)

static void check_copies(void)
{
	CASE("copies");
	CHECK_WRITTEN(memcpy(to, text, 4), 0, "over");
	CHECK_WRITTEN(memmove(to, text, 4), 0, "over");
	CHECK_WRITTEN(mempcpy(to, text, 4), 4, "over");
	CHECK_WRITTEN(memccpy(to, text, ' ', SIZE), 5, "over ");
	CHECK_WRITTEN(memset(to, 'x', 3), 0, "xxx");
	CHECK_WRITTEN(strcpy(to, text), 0, text);
	CHECK_WRITTEN(stpcpy(to, text), 14, text);
	CHECK_WRITTEN(strncpy(to, text, 4), 0, "over");
	CHECK_WRITTEN(stpncpy(to, text, 4), 4, "over");
	CHECK_WRITTEN(strcat(to, text), 0, text);
	CHECK_WRITTEN(strncat(to, text, 4), 0, "over");
	CASE("checked copies");
	CHECK_WRITTEN(__memcpy_chk(to, text, 4, SIZE), 0, "over");
	CHECK_WRITTEN(__memmove_chk(to, text, 4, SIZE), 0, "over");
	CHECK_WRITTEN(__mempcpy_chk(to, text, 4, SIZE), 4, "over");
	CHECK_WRITTEN(__memset_chk(to, 'x', 3, SIZE), 0, "xxx");
	CHECK_WRITTEN(__strcpy_chk(to, text, SIZE), 0, text);
	CHECK_WRITTEN(__stpcpy_chk(to, text, SIZE), 14, text);
	CHECK_WRITTEN(__strncpy_chk(to, text, 4, SIZE), 0, "over");
	CHECK_WRITTEN(__stpncpy_chk(to, text, 4, SIZE), 4, "over");
	CHECK_WRITTEN(__strcat_chk(to, text, SIZE), 0, text);
	CHECK_WRITTEN(__strncat_chk(to, text, 4, SIZE), 0, "over");
}

static void check_zeros(void)
{
	CASE("zeros");
	strcpy(to, text);
	bzero(to, 4);
	CHECK_VALUE(strcmp(to + 4, text + 4), 0);
	explicit_bzero(to, 8);
	CHECK_VALUE(strcmp(to + 8, text + 8), 0);
	__explicit_bzero_chk(to, SIZE, SIZE);
	CHECK_VALUE(strlen(to + 8), 0);
}

static void check_comparisons(void)
{
	CASE("comparisons");
	CHECK_VALUE(memcmp(text, "over", 4), 0);
	CHECK_TRUE(bcmp(text, "ovex", 4) != 0);
	CHECK_TRUE(strcmp(text, "overt") < 0);
	CHECK_VALUE(strncmp(text, "overt", 4), 0);
	CHECK_VALUE(strcasecmp(text, "OVER and UNDER"), 0);
	CHECK_VALUE(strncasecmp(text, "OVERT", 4), 0);
	CHECK_VALUE(strlen(text), 14);
	CHECK_VALUE(strnlen(text, 5), 5);
	CHECK_VALUE(strspn(text, "over"), 4);
	CHECK_VALUE(strcspn(text, " "), 4);
}

static void check_searches(void)
{
	CASE("searches");
	CHECK_FOUND(memchr(text, 'a', 14), 5);
	CHECK_FOUND(memrchr(text, 'd', 14), 11);
	CHECK_FOUND(rawmemchr(text, 'n'), 6);
	CHECK_FOUND(memmem(text, 14, "nd", 2), 6);
	CHECK_FOUND(strchr(text, 'v'), 1);
	CHECK_FOUND(strchrnul(text, 'z'), 14);
	CHECK_FOUND(strrchr(text, 'e'), 12);
	CHECK_FOUND(strstr(text, "under"), 9);
	CHECK_FOUND(strcasestr(text, "UNDER"), 9);
	CHECK_FOUND(strpbrk(text, "nd"), 6);
	CHECK_MISSING(memchr(text, 'z', 14));
	CHECK_MISSING(strstr(text, "weft"));
}

static void check_duplicates(void)
{
	char *whole = strdup(text), *part = strndup(text, 4);

	CASE("duplicates");
	CHECK_VALUE(strcmp(whole, text), 0);
	CHECK_VALUE(strcmp(part, "over"), 0);
	free(whole);
	free(part);
}

static void check_wide(void)
{
	CASE("wide characters");
	CHECK_WIDE(wmemcpy(wide, L"over", 4), L"over");
	CHECK_WIDE(wmemmove(wide, L"over", 4), L"over");
	CHECK_WIDE(wcscpy(wide, L"over"), L"over");
	CHECK_WIDE(wcsncpy(wide, L"over", 2), L"ov");
	CHECK_WIDE(wcscat(wide, L"over"), L"over");
	CHECK_WIDE(wcsncat(wide, L"over", 2), L"ov");
	CHECK_VALUE(wmemcmp(L"over", L"ovex", 3), 0);
	CHECK_VALUE(wcslen(L"over"), 4);
	CHECK_VALUE(wcsnlen(L"over", 2), 2);
	CHECK_VALUE(*wcschr(L"over", L'v'), L'v');
}

int main(void)
{
	check_copies();
	check_zeros();
	check_comparisons();
	check_searches();
	check_duplicates();
	check_wide();
	return 0;
}
