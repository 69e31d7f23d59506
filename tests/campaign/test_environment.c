/* SPDX-License-Identifier: Apache-2.0 */
/* The environment of a program under test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tool/launch/environment.h"

static struct environment_spec spec = {
	.runtime_path = "/opt/weft/libweft.so",
	.tsan_dir = "/opt/weft/tsan",
	.region_fd = 900,
	.socket_fd = 901,
};

/* All variables in one text, each ended by a line feed. */
static void make(const char *const *base, char *text, size_t text_size)
{
	struct diag diag;
	char **environment;
	size_t used = 0;

	assert_int_equal(
		environment_make((char *const *)(uintptr_t)base, &spec, &environment, &diag),
		0);
	for (char **entry = environment; *entry; entry++)
		used += (size_t)snprintf(text + used, text_size - used, "%s\n", *entry);
	environment_free(environment);
}

static void nothing_is_saved_that_the_user_did_not_set(void **state)
{
	const char *base[] = { "HOME=/root", NULL };
	char text[1024];

	(void)state;
	make(base, text, sizeof(text));
	assert_string_equal(text, "HOME=/root\n"
				  "LD_PRELOAD=/opt/weft/libweft.so\n"
				  "LD_LIBRARY_PATH=/opt/weft/tsan\n"
				  "WEFT_REGION=/proc/self/fd/900\n"
				  "WEFT_SOCKET=901\n");
}

static void the_users_lists_come_after_ours_and_are_saved(void **state)
{
	const char *base[] = { "LD_PRELOAD=a.so b.so", "LD_LIBRARY_PATH=/x:/y", NULL };
	char text[1024];

	(void)state;
	make(base, text, sizeof(text));
	assert_string_equal(text, "LD_PRELOAD=/opt/weft/libweft.so:a.so b.so\n"
				  "WEFT_OLD_PRELOAD=a.so b.so\n"
				  "LD_LIBRARY_PATH=/opt/weft/tsan:/x:/y\n"
				  "WEFT_OLD_LIBRARY_PATH=/x:/y\n"
				  "WEFT_REGION=/proc/self/fd/900\n"
				  "WEFT_SOCKET=901\n");
}

/* An empty entry in LD_LIBRARY_PATH would be the current directory. */
static void an_empty_list_adds_no_empty_entry(void **state)
{
	const char *base[] = { "LD_LIBRARY_PATH=", "LD_PRELOAD=", NULL };
	char text[1024];

	(void)state;
	make(base, text, sizeof(text));
	assert_non_null(strstr(text, "LD_LIBRARY_PATH=/opt/weft/tsan\n"));
	assert_non_null(strstr(text, "WEFT_OLD_LIBRARY_PATH=\n"));
	assert_non_null(strstr(text, "WEFT_OLD_PRELOAD=\n"));
}

static void what_another_weft_set_is_replaced(void **state)
{
	const char *base[] = { "WEFT_SOCKET=5", "WEFT_REGION=/tmp/r", "WEFT_OLD_PRELOAD=z",
		NULL };
	char text[1024];

	(void)state;
	make(base, text, sizeof(text));
	assert_null(strstr(text, "WEFT_SOCKET=5\n"));
	assert_null(strstr(text, "WEFT_REGION=/tmp/r\n"));
	assert_null(strstr(text, "WEFT_OLD_PRELOAD"));
}

static void binding_now_is_marked_as_ours_unless_the_user_did_it(void **state)
{
	const char *without[] = { NULL };
	const char *with[] = { "LD_BIND_NOW=yes", NULL };
	char text[1024];

	(void)state;
	spec.bind_now = true;
	make(without, text, sizeof(text));
	assert_non_null(strstr(text, "LD_BIND_NOW=1\nWEFT_BIND_NOW=1\n"));
	make(with, text, sizeof(text));
	assert_non_null(strstr(text, "LD_BIND_NOW=yes\n"));
	assert_null(strstr(text, "WEFT_BIND_NOW"));
	spec.bind_now = false;
}

static void a_path_that_cannot_be_preloaded_is_refused(void **state)
{
	const char *base[] = { NULL };
	struct environment_spec bad = spec;
	struct diag diag;
	char **environment;

	(void)state;
	bad.runtime_path = "/my programs/libweft.so";
	assert_true(environment_make(
			    (char *const *)(uintptr_t)base, &bad, &environment, &diag) < 0);
	assert_non_null(strstr(diag.text, "/my programs/libweft.so"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_saved_that_the_user_did_not_set),
		cmocka_unit_test(the_users_lists_come_after_ours_and_are_saved),
		cmocka_unit_test(an_empty_list_adds_no_empty_entry),
		cmocka_unit_test(what_another_weft_set_is_replaced),
		cmocka_unit_test(binding_now_is_marked_as_ours_unless_the_user_did_it),
		cmocka_unit_test(a_path_that_cannot_be_preloaded_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
