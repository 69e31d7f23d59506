/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files in golden/ are what users have committed to their repositories: each must be read
 * for ever. NAME.weft reads and writes back to itself, or to NAME.canonical where that exists.
 * Files are added there, never changed.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tool/trace/schedule.h"

#define PATH_SIZE 1024
#define TEXT_SIZE 65536
#define GOLDEN_FILES_MIN 6

struct text {
	char bytes[TEXT_SIZE];
	size_t size;
};

static bool text_load(struct text *text, const char *name, const char *suffix)
{
	char path[PATH_SIZE];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s%s", GOLDEN_DIR, name, suffix);
	stream = fopen(path, "r");
	if (!stream)
		return false;
	text->size = fread(text->bytes, 1, sizeof(text->bytes), stream);
	fclose(stream);
	assert_in_range(text->size, 1, sizeof(text->bytes) - 1);
	return true;
}

static struct schedule *parse_or_fail(const char *name, const struct text *text)
{
	struct schedule *schedule = NULL;
	struct diag diag = { 0 };

	if (schedule_parse(name, text->bytes, text->size, &schedule, &diag) < 0)
		fail_msg("%s", diag.text);
	return schedule;
}

static void check_written(const struct schedule *schedule, const struct text *expected)
{
	char *written = NULL;
	size_t size;
	FILE *stream = open_memstream(&written, &size);

	assert_int_equal(schedule_write(schedule, stream), 0);
	fclose(stream);
	if (size != expected->size || memcmp(written, expected->bytes, size) != 0)
		fail_msg("expected:\n%.*s\nwritten:\n%s", (int)expected->size, expected->bytes,
			written);
	free(written);
}

/* The name without `.weft`; false for all other files. */
static bool golden_name(const char *file, char *ret_name)
{
	const char *suffix = strrchr(file, '.');

	if (!suffix || strcmp(suffix, ".weft") != 0)
		return false;
	snprintf(ret_name, PATH_SIZE, "%.*s", (int)(suffix - file), file);
	return true;
}

static size_t for_each_golden(void (*check)(const char *name, const struct text *text))
{
	DIR *folder = opendir(GOLDEN_DIR);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		char name[PATH_SIZE];
		struct text text;

		if (!golden_name(entry->d_name, name))
			continue;
		assert_true(text_load(&text, name, ".weft"));
		check(name, &text);
		count++;
	}
	closedir(folder);
	return count;
}

static void check_golden(const char *name, const struct text *text)
{
	struct schedule *schedule = parse_or_fail(name, text);
	struct text canonical;

	check_written(schedule, text_load(&canonical, name, ".canonical") ? &canonical : text);
	schedule_free(schedule);
}

static void golden_files_read_and_write_back(void **state)
{
	(void)state;
	assert_true(for_each_golden(check_golden) >= GOLDEN_FILES_MIN);
}

/* Where `end` is complete, with or without its line's end. */
static size_t whole_size(const struct text *text)
{
	const char *end = NULL;

	for (const char *c = text->bytes; c + 4 <= text->bytes + text->size; c++)
		if (memcmp(c, "\nend", 4) == 0)
			end = c + 4;
	assert_non_null(end);
	return (size_t)(end - text->bytes);
}

static void check_prefixes(const char *name, const struct text *text)
{
	size_t whole = whole_size(text);

	for (size_t size = 0; size < whole; size++) {
		struct schedule *schedule = NULL;
		struct diag diag = { 0 };
		char *prefix = malloc(size ? size : 1);

		assert_non_null(prefix);
		memcpy(prefix, text->bytes, size);
		assert_true(schedule_parse(name, prefix, size, &schedule, &diag) < 0);
		assert_null(schedule);
		assert_int_equal(strncmp(diag.text, name, strlen(name)), 0);
		free(prefix);
	}
}

static void every_cut_off_file_is_refused(void **state)
{
	(void)state;
	for_each_golden(check_prefixes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_files_read_and_write_back),
		cmocka_unit_test(every_cut_off_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
