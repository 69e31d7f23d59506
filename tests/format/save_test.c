/* SPDX-License-Identifier: Apache-2.0 */
/* What a program puts into a schedule comes back from its file, and a file is written or not.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tool/trace/schedule.h"

static char folder[] = "schedule-test-XXXXXX";

static int enter_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
	(void)state;
	return chdir("..") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static struct schedule *schedule_small(void)
{
	struct schedule *schedule = schedule_new();

	assert_non_null(schedule);
	schedule->program = schedule_keep(schedule, "./program");
	return schedule;
}

static struct schedule *read_or_fail(const char *path)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };

	if (schedule_read(path, &schedule, &diag) < 0)
		fail_msg("%s", diag.text);
	return schedule;
}

static struct schedule *save_and_read(const struct schedule *schedule)
{
	struct schedule *copy;
	struct diag diag = { 0 };

	if (schedule_save(schedule, "a.weft", &diag) < 0)
		fail_msg("%s", diag.text);
	copy = read_or_fail("a.weft");
	assert_int_equal(unlink("a.weft"), 0);
	return copy;
}

static size_t files_here(void)
{
	DIR *here = opendir(".");
	size_t count = 0;

	assert_non_null(here);
	for (struct dirent *entry; (entry = readdir(here));)
		count += entry->d_name[0] != '.';
	closedir(here);
	return count;
}

static void strings_of_any_bytes_come_back(void **state)
{
	struct schedule *schedule = schedule_small();
	struct schedule *copy;
	char every_byte[256];

	(void)state;
	for (int i = 1; i < 256; i++)
		every_byte[i - 1] = (char)i;
	every_byte[255] = '\0';
	assert_int_equal(schedule_add_argument(schedule, every_byte), 0);
	assert_int_equal(schedule_add_argument(schedule, ""), 0);
	schedule->directory = every_byte;
	schedule->input = every_byte;
	schedule->expect_kind = every_byte;
	schedule->expect_where = every_byte;
	copy = save_and_read(schedule);
	assert_int_equal(copy->argument_count, 2);
	assert_string_equal(copy->arguments[0], every_byte);
	assert_string_equal(copy->arguments[1], "");
	assert_string_equal(copy->directory, every_byte);
	assert_string_equal(copy->input, every_byte);
	assert_string_equal(copy->expect_kind, every_byte);
	assert_string_equal(copy->expect_where, every_byte);
	schedule_free(copy);
	schedule_free(schedule);
}

static void comments_cannot_break_the_file(void **state)
{
	struct schedule *schedule = schedule_small();
	struct schedule_decision decision = {
		.thread = "main",
		.location = WIRE_NONE,
		.occurrence = 1,
		.repetition = 1,
		.op = OP_MUTEX_LOCK,
		.kind = WIRE_DECISION_WAKE,
		.value = 1,
		.comment = "one\nend\n",
	};
	struct schedule *copy;

	(void)state;
	schedule->comment = "first\n\nthird \r\xff\n";
	assert_int_equal(schedule_add_decision(schedule, &decision), 0);
	copy = save_and_read(schedule);
	assert_string_equal(copy->comment, "first\n\nthird \\x0d\\xff\n");
	assert_string_equal(copy->decisions[0].comment, "one\\x0aend\\x0a");
	schedule_free(copy);
	schedule_free(schedule);
}

static struct schedule_decision decision_at(uint32_t occurrence, uint32_t location)
{
	return (struct schedule_decision){
		.thread = "main.2.1",
		.chosen = "main.3",
		.location = location,
		.occurrence = occurrence,
		.repetition = 2,
		.op = OP_ATOMIC_CAS,
		.kind = WIRE_DECISION_PREEMPT,
	};
}

static void equal_locations_have_one_number(void **state)
{
	struct schedule *schedule = schedule_small();
	uint32_t first, again;

	(void)state;
	for (uint32_t line = 0; line < 1000; line++) {
		struct schedule_location location = {
			.kind = SCHEDULE_LOCATION_SOURCE,
			.function = "f",
			.file = "a.c",
			.line = line,
		};

		assert_int_equal(schedule_add_location(schedule, &location, &first), 0);
		assert_int_equal(schedule_add_location(schedule, &location, &again), 0);
		assert_int_equal(first, line);
		assert_int_equal(again, line);
	}
	assert_int_equal(schedule->location_count, 1000);
	schedule_free(schedule);
}

static void decisions_come_back_as_the_runtime_needs_them(void **state)
{
	struct schedule_location location = {
		.kind = SCHEDULE_LOCATION_MODULE,
		.module = "lib a.so",
		.offset = 0x1234,
	};
	struct schedule *schedule = schedule_small();
	struct schedule *copy;
	struct wire_decision wire;
	uint32_t number;

	(void)state;
	assert_int_equal(schedule_add_location(schedule, &location, &number), 0);
	for (uint32_t i = 1; i <= 100; i++) {
		struct schedule_decision decision = decision_at(i, number);

		assert_int_equal(schedule_add_decision(schedule, &decision), 0);
	}
	copy = save_and_read(schedule);
	assert_int_equal(copy->decision_count, 100);
	assert_int_equal(copy->location_count, 1);
	assert_string_equal(copy->locations[0].module, "lib a.so");
	assert_int_equal(copy->locations[0].offset, 0x1234);
	assert_int_equal(schedule_decision_to_wire(&copy->decisions[99], &wire), 0);
	assert_true(wire.thread == wire_path_child(wire_path_child(WIRE_PATH_MAIN, 2), 1));
	assert_true(wire.value == wire_path_child(WIRE_PATH_MAIN, 3));
	assert_int_equal(wire.location, 0);
	assert_int_equal(wire.occurrence, 100);
	assert_int_equal(wire.repetition, 2);
	assert_int_equal(wire.op, OP_ATOMIC_CAS);
	assert_int_equal(wire.kind, WIRE_DECISION_PREEMPT);
	schedule_free(copy);
	schedule_free(schedule);
}

static void what_the_reader_would_refuse_is_not_written(void **state)
{
	struct schedule_decision decision = decision_at(1, 7);
	struct schedule *schedule = schedule_small();
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(schedule_add_decision(schedule, &decision), 0);
	assert_int_equal(schedule_save(schedule, "a.weft", &diag), -EINVAL);
	assert_string_equal(diag.text, "cannot write 'a.weft': the schedule is not complete");
	assert_int_equal(files_here(), 0);
	schedule_free(schedule);
}

static void a_full_disk_leaves_what_was_there(void **state)
{
	struct schedule *schedule = schedule_small();
	struct rlimit full = { .rlim_cur = 20, .rlim_max = RLIM_INFINITY };
	struct rlimit before;
	struct diag diag = { 0 };
	struct schedule *kept;
	int r;

	(void)state;
	assert_int_equal(schedule_save(schedule, "a.weft", &diag), 0);
	schedule->program = "./another";
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0);
	r = schedule_save(schedule, "a.weft", &diag);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(r, -EFBIG);
	assert_string_equal(diag.text, "cannot write 'a.weft': File too large");
	assert_int_equal(files_here(), 1);
	kept = read_or_fail("a.weft");
	assert_string_equal(kept->program, "./program");
	schedule_free(kept);
	schedule_free(schedule);
	assert_int_equal(unlink("a.weft"), 0);
}

static void a_full_device_is_named(void **state)
{
	struct schedule *schedule = schedule_small();
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(schedule_save(schedule, "/dev/full", &diag), -ENOSPC);
	assert_string_equal(diag.text, "cannot write '/dev/full': No space left on device");
	schedule_free(schedule);
}

static void a_missing_folder_is_named(void **state)
{
	struct schedule *schedule = schedule_small();
	struct schedule *read = NULL;
	struct diag diag = { 0 };

	(void)state;
	assert_int_equal(schedule_save(schedule, "no/a.weft", &diag), -ENOENT);
	assert_string_equal(diag.text, "cannot write 'no/a.weft': No such file or directory");
	assert_int_equal(schedule_read("no/a.weft", &read, &diag), -ENOENT);
	assert_string_equal(diag.text, "cannot read 'no/a.weft': No such file or directory");
	assert_int_equal(schedule_read(".", &read, &diag), -EISDIR);
	assert_string_equal(diag.text, "cannot read '.': Is a directory");
	schedule_free(schedule);
}

static void files_have_the_users_permissions(void **state)
{
	struct schedule *schedule = schedule_small();
	struct diag diag = { 0 };
	struct stat status;
	mode_t before = umask(027);

	(void)state;
	assert_int_equal(schedule_save(schedule, "a.weft", &diag), 0);
	umask(before);
	assert_int_equal(stat("a.weft", &status), 0);
	assert_int_equal(status.st_mode & 0777, 0640);
	assert_int_equal(unlink("a.weft"), 0);
	schedule_free(schedule);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_of_any_bytes_come_back),
		cmocka_unit_test(comments_cannot_break_the_file),
		cmocka_unit_test(equal_locations_have_one_number),
		cmocka_unit_test(decisions_come_back_as_the_runtime_needs_them),
		cmocka_unit_test(what_the_reader_would_refuse_is_not_written),
		cmocka_unit_test(a_full_disk_leaves_what_was_there),
		cmocka_unit_test(a_full_device_is_named),
		cmocka_unit_test(a_missing_folder_is_named),
		cmocka_unit_test(files_have_the_users_permissions),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
