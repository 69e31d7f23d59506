/* SPDX-License-Identifier: Apache-2.0 */
/* Source paths made comparable and fit for display; the memory map's text. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tool/symbol/maps.h"
#include "tool/symbol/source_path.h"

static void paths_lose_their_dots(void **state)
{
	static const char *const cases[][2] = {
		{ "/a/b.c", "/a/b.c" },
		{ "/a/./b/../c.c", "/a/c.c" },
		{ "/../a//b.c", "/a/b.c" },
		{ "./a/b.c", "a/b.c" },
		{ "../../a.c", "../../a.c" },
		{ "a/../../b.c", "../b.c" },
		{ "a/..", "" },
		{ "/", "/" },
		{ "", "" },
		{ "/a/..b/...", "/a/..b/..." },
	};
	struct arena arena = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(source_path_clean(&arena, NULL, cases[i][0]), cases[i][1]);
	assert_string_equal(source_path_clean(&arena, "/a/b", "../c.c"), "/a/c.c");
	assert_string_equal(source_path_clean(&arena, "./b", "../c.c"), "c.c");
	assert_string_equal(source_path_clean(&arena, "", "c.c"), "c.c");
	arena_release(&arena);
}

static void short_paths_do_not_depend_on_the_checkout(void **state)
{
	static const char *const cases[][3] = {
		{ "/home/ann/bank/src/main.c", "/home/ann/bank", "src/main.c" },
		{ "/home/ann/bank/src/main.c", "/home/ann/bank/build", "src/main.c" },
		{ "/home/ann/bank/src/main.c", "/home/ann/bank/src", "main.c" },
		{ "/home/ann/bank2/main.c", "/home/ann/bank", "bank2/main.c" },
		{ "/src/main.c", "/build", "main.c" },
		{ "/src/main.c", "", "main.c" },
		{ "nptl/lock.c", "nptl", "nptl/lock.c" },
		{ "/usr/include/c++/12/mutex", "/home/ann/bank", "c++/12/mutex" },
		{ "/usr/include/stdio.h", "/usr/src/bank", "stdio.h" },
		{ "/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h", "/src", "stddef.h" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(source_path_short(cases[i][0], cases[i][1]), cases[i][2]);
}

static void headers_of_the_system_are_told_from_the_users(void **state)
{
	(void)state;
	assert_true(source_path_is_system("/usr/include/c++/12/mutex"));
	assert_true(source_path_is_system("/usr/lib/gcc/x86_64-linux-gnu/12/include/stddef.h"));
	assert_true(source_path_is_system("/usr/lib/llvm-14/include/c++/v1/mutex"));
	assert_true(source_path_is_system("/opt/gcc-13/include/c++/13/mutex"));
	assert_false(source_path_is_system("/usr/src/bank/main.c"));
	assert_false(source_path_is_system("/home/ann/include/mutex.h"));
	assert_false(source_path_is_system("mutex.h"));
}

static size_t parse(const char *text, struct arena *arena, struct mapped_file **ret_files)
{
	size_t count;

	assert_int_equal(maps_parse(text, strlen(text), arena, ret_files, &count), 0);
	return count;
}

static void mappings_of_one_load_are_taken_together(void **state)
{
	static const char text[] =
		"00400000-00401000 r--p 00000000 fe:00 7                /home/ann/a prog\n"
		"00401000-00402000 r-xp 00001000 fe:00 7                /home/ann/a prog\n"
		"00404000-00405000 rw-p 00003000 fe:00 7                /home/ann/a prog\n"
		"01000000-01021000 rw-p 00000000 00:00 0                [heap]\n"
		"7f0000000000-7f0000001000 r-xp 00000000 fe:00 8        /lib/tiny.so\n"
		"7f0000001000-7f0000002000 rw-p 00000000 fe:00 8        /lib/tiny.so\n"
		"7f0000002000-7f0000003000 r-xp 00000000 fe:00 8        /lib/tiny.so\n"
		"7f0000003000-7f0000004000 r--p 00000000 fe:00 9        /tmp/gone (deleted)\n"
		"7f0000008000-7f0000009000 rw-s 00000000 fe:00 9        /dev/shm/shared\n"
		"7ffc6d9b2000-7ffc6d9d3000 rw-p 00000000 00:00 0        [stack]\n"
		"7fffffffe000-7ffffffff000 r-xp 00000000 00:00 0        [vdso]\n";
	struct mapped_file *files;
	struct arena arena = { 0 };

	(void)state;
	assert_int_equal(parse(text, &arena, &files), 5);
	assert_string_equal(files[0].path, "/home/ann/a prog");
	assert_int_equal(files[0].start, 0x400000);
	assert_int_equal(files[0].end, 0x405000);
	assert_string_equal(files[1].path, "/lib/tiny.so");
	assert_int_equal(files[1].end, 0x7f0000002000);
	assert_string_equal(files[2].path, "/lib/tiny.so");
	assert_string_equal(files[3].path, "/tmp/gone");
	assert_true(files[3].is_deleted);
	assert_string_equal(files[4].path, "[vdso]");
	free(files);
	arena_release(&arena);
}

static void lines_that_make_no_sense_are_passed_over(void **state)
{
	static const char text[] =
		"\n"
		"hello\n"
		"00402000-00401000 r-xp 00000000 fe:00 7 /backwards\n"
		"00400000-00401000 r-xp zz fe:00 7 /no-offset\n"
		"11112222333344445-21112222333344445 r-xp 00000000 fe:00 7 /too-long\n"
		"00400000-00401000 r-xp 00000000 fe:00 7 /good\n"
		"00400800-00402000 r-xp 00000000 fe:00 8 /overlapping\n"
		"00500000-00501000 r-xp 00000000 fe:00 7 /cut";
	struct mapped_file *files;
	struct arena arena = { 0 };

	(void)state;
	assert_int_equal(parse(text, &arena, &files), 1);
	assert_string_equal(files[0].path, "/good");
	free(files);
	assert_int_equal(parse("", &arena, &files), 0);
	free(files);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_lose_their_dots),
		cmocka_unit_test(short_paths_do_not_depend_on_the_checkout),
		cmocka_unit_test(headers_of_the_system_are_told_from_the_users),
		cmocka_unit_test(mappings_of_one_load_are_taken_together),
		cmocka_unit_test(lines_that_make_no_sense_are_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
