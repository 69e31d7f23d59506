/* SPDX-License-Identifier: Apache-2.0 */
/* Reading mappings and carrying addresses from one process image to another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <unistd.h>

#include "tool/launch/modules.h"

static const char first_maps[] =
	"555555554000-555555555000 r--p 00000000 08:01 1234   /usr/bin/with space\n"
	"555555555000-555555559000 r-xp 00001000 08:01 1234   /usr/bin/with space\n"
	"7ffff7c00000-7ffff7d00000 r-xp 00026000 08:01 99     /lib/libc.so.6\n"
	"7ffff7fc1000-7ffff7fc3000 r-xp 00000000 00:00 0      [vdso]\n"
	"7ffff8000000-7ffff8001000 rwxp 00000000 00:00 0\n"
	"not a line of that form\n";

static const char second_maps[] =
	"200000000000-200000100000 r-xp 00026000 08:01 99     /lib/libc.so.6\n"
	"300000000000-300000004000 r-xp 00001000 08:01 1234   /usr/bin/with space\n";

static struct modules parse(const char *text)
{
	struct modules modules;

	assert_int_equal(modules_parse(text, &modules), 0);
	return modules;
}

static void only_executable_files_are_modules(void **state)
{
	struct modules modules = parse(first_maps);

	(void)state;
	assert_int_equal(modules.count, 2);
	assert_string_equal(modules.list[0].path, "/usr/bin/with space");
	assert_true(modules.list[1].file_offset == 0x26000);
	modules_release(&modules);
}

static void an_address_keeps_its_place_in_the_file(void **state)
{
	struct modules from = parse(first_maps);
	struct modules to = parse(second_maps);

	(void)state;
	assert_true(modules_translate(&from, &to, 0x555555555123) == 0x300000000123);
	assert_true(modules_translate(&from, &to, 0x7ffff7c00000) == 0x200000000000);
	assert_true(modules_translate(&to, &from, 0x200000000000) == 0x7ffff7c00000);
	assert_true(modules_translate(&from, &to, 0x7ffff7d00000) == 0);
	assert_true(modules_translate(&from, &to, 0x1000) == 0);
	modules_release(&from);
	modules_release(&to);
}

static void a_file_that_the_other_lacks_has_no_address_there(void **state)
{
	struct modules from = parse(first_maps);
	struct modules to = parse("");

	(void)state;
	assert_true(modules_translate(&from, &to, 0x555555555123) == 0);
	modules_release(&from);
}

static void a_copy_is_the_same_image(void **state)
{
	struct modules one = parse(first_maps);
	struct modules other = parse(second_maps);
	struct modules copy;

	(void)state;
	assert_int_equal(modules_copy(&one, &copy), 0);
	assert_true(modules_same(&one, &copy));
	assert_false(modules_same(&one, &other));
	modules_release(&one);
	modules_release(&other);
	modules_release(&copy);
}

static void this_process_has_its_own_code(void **state)
{
	struct modules own;

	(void)state;
	assert_int_equal(modules_read(getpid(), &own), 0);
	assert_true(modules_translate(&own, &own, (uintptr_t)&parse) == (uintptr_t)&parse);
	modules_release(&own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_executable_files_are_modules),
		cmocka_unit_test(an_address_keeps_its_place_in_the_file),
		cmocka_unit_test(a_file_that_the_other_lacks_has_no_address_there),
		cmocka_unit_test(a_copy_is_the_same_image),
		cmocka_unit_test(this_process_has_its_own_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
