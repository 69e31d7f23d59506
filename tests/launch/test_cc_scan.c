/* SPDX-License-Identifier: Apache-2.0 */
/* What `weft cc` makes of compilers' command lines, with and without response files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "tool/cmd/cc_scan.h"

#define MOST_WORDS 16

static struct cc_scan scan_words(const char *text)
{
	char copy[256];
	char *words[MOST_WORDS];
	char *rest = copy;
	int count = 0;
	struct cc_scan scan;

	snprintf(copy, sizeof(copy), "%s", text);
	while (count < MOST_WORDS && (words[count] = strsep(&rest, " ")))
		count++;
	assert_int_equal(cc_scan(count, words, &scan), 0);
	return scan;
}

static bool links(const char *text)
{
	struct cc_scan scan = scan_words(text);

	return cc_scan_links(&scan);
}

static void files_are_linked_unless_a_flag_stops_early(void **state)
{
	(void)state;
	assert_true(links("a.c"));
	assert_true(links("-O2 a.o b.o -o prog"));
	assert_true(links("-shared -fPIC a.c -o liba.so"));
	assert_true(links("-x c -"));
	assert_true(links("-MD -MF a.d a.c"));
	assert_true(links("-shared -Wl,--whole-archive -la"));
	assert_false(links("-c a.c"));
	assert_false(links("a.c -S"));
	assert_false(links("-E a.c"));
	assert_false(links("-MM a.c"));
	assert_false(links("-fsyntax-only a.c"));
	assert_false(links("-r a.o b.o -o ab.o"));
}

static void a_call_without_files_only_asks(void **state)
{
	(void)state;
	assert_false(links("-v"));
	assert_false(links("--version"));
	assert_false(links("-print-search-dirs"));
	assert_false(links("-o prog -I include -Xlinker -z -MF file"));
	assert_false(links("-target x86_64-linux-gnu -dumpmachine"));
}

static void headers_alone_are_precompiled(void **state)
{
	(void)state;
	assert_false(links("a.h"));
	assert_false(links("a.hpp b.hh"));
	assert_false(links("-x c-header a"));
	assert_false(links("-xc++-header a"));
	assert_true(links("a.h a.c"));
	assert_true(links("a.c a.h"));
}

static void values_of_options_are_no_flags(void **state)
{
	(void)state;
	assert_true(links("-o -c a.c"));
	assert_true(links("-D -S a.c"));
	assert_true(links("-Xlinker -r a.c"));
	assert_null(scan_words("-Xlinker -static a.c").unlinkable);
}

static void static_links_are_noticed(void **state)
{
	(void)state;
	assert_string_equal(scan_words("-static a.c").unlinkable, "-static");
	assert_string_equal(scan_words("a.c -static-pie").unlinkable, "-static-pie");
	assert_string_equal(scan_words("-static-libtsan a.c").unlinkable, "-static-libtsan");
	assert_null(scan_words("-static-libgcc -static-libstdc++ a.c").unlinkable);
}

static char path[] = "/tmp/weft-response-XXXXXX";

/* Scans "@FILE" with the text as the file's. */
static struct cc_scan scan_file(const char *text)
{
	FILE *file = fopen(path, "w");
	char word[sizeof(path) + 1];

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	snprintf(word, sizeof(word), "@%s", path);
	return scan_words(word);
}

static int make_path(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static void response_files_are_read_as_compilers_read_them(void **state)
{
	struct cc_scan scan;
	char text[128];

	(void)state;
	scan = scan_file("-c\n a.c");
	assert_true(scan.has_input && scan.stops_early);
	scan = scan_file("'-o' -c\t\"a b.c\"");
	assert_true(cc_scan_links(&scan));
	scan = scan_file("\\-c a\\ b.c");
	assert_true(scan.stops_early);
	scan = scan_file("-x\nc-header\na");
	assert_true(scan.only_headers);
	scan = scan_file("");
	assert_false(scan.has_input);
	scan = scan_file("\"open");
	assert_true(scan.has_input);
	/* A file that names itself ends, as an ordinary word. */
	snprintf(text, sizeof(text), "@%s -c", path);
	scan = scan_file(text);
	assert_true(scan.stops_early);
}

static void a_response_file_that_is_missing_is_no_input(void **state)
{
	(void)state;
	assert_false(scan_words("@/nonexistent/file").has_input);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_linked_unless_a_flag_stops_early),
		cmocka_unit_test(a_call_without_files_only_asks),
		cmocka_unit_test(headers_alone_are_precompiled),
		cmocka_unit_test(values_of_options_are_no_flags),
		cmocka_unit_test(static_links_are_noticed),
		cmocka_unit_test(response_files_are_read_as_compilers_read_them),
		cmocka_unit_test(a_response_file_that_is_missing_is_no_input),
	};

	return cmocka_run_group_tests(tests, make_path, remove_path);
}
