/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the text of /proc/self/maps; see maps.h. */
#include "tool/symbol/maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/symbol/grow.h"

#define DELETED_SUFFIX " (deleted)"
#define VDSO_NAME "[vdso]"

struct cursor {
	const char *at;
	const char *end;
};

/* One line; `path` is not zero-terminated. */
struct maps_line {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	const char *path;
	size_t path_len;
	bool is_executable;
	bool is_shared;
};

struct file_list {
	struct mapped_file *files;
	size_t count;
	size_t capacity;
};

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* A hexadecimal number of at least one and at most 16 digits, and the byte that ends it. */
static bool read_hex(struct cursor *cursor, char delimiter, uint64_t *ret_value)
{
	uint64_t value = 0;
	int digits = 0;

	while (cursor->at < cursor->end && digit_value(*cursor->at) >= 0 && digits++ < 16)
		value = value << 4 | (uint64_t)digit_value(*cursor->at++);
	if (digits == 0 || cursor->at == cursor->end || *cursor->at != delimiter)
		return false;
	cursor->at++;
	*ret_value = value;
	return true;
}

static void skip_while(struct cursor *cursor, bool blank)
{
	while (cursor->at < cursor->end && (*cursor->at == ' ') == blank)
		cursor->at++;
}

/* address           perms offset  dev   inode       pathname */
static bool line_parse(struct cursor cursor, struct maps_line *ret_line)
{
	struct maps_line line = { 0 };

	if (!read_hex(&cursor, '-', &line.start) || !read_hex(&cursor, ' ', &line.end))
		return false;
	if (cursor.end - cursor.at < 5 || cursor.at[4] != ' ' || line.start >= line.end)
		return false;
	line.is_executable = cursor.at[2] == 'x';
	line.is_shared = cursor.at[3] == 's';
	cursor.at += 5;
	if (!read_hex(&cursor, ' ', &line.offset))
		return false;
	skip_while(&cursor, false); /* device */
	skip_while(&cursor, true);
	skip_while(&cursor, false); /* inode */
	skip_while(&cursor, true);
	line.path = cursor.at;
	line.path_len = (size_t)(cursor.end - cursor.at);
	*ret_line = line;
	return true;
}

static bool line_is_file(const struct maps_line *line)
{
	if (line->path_len == 0 || memchr(line->path, '\0', line->path_len))
		return false;
	if (line->is_shared && !line->is_executable)
		return false;
	if (line->path_len == strlen(VDSO_NAME) &&
		!memcmp(line->path, VDSO_NAME, line->path_len))
		return true;
	return line->path[0] == '/';
}

static bool strip_deleted(struct maps_line *line)
{
	size_t suffix_len = strlen(DELETED_SUFFIX);
	const char *suffix = line->path + line->path_len - suffix_len;

	if (line->path_len <= suffix_len || memcmp(suffix, DELETED_SUFFIX, suffix_len) != 0)
		return false;
	line->path_len -= suffix_len;
	return true;
}

/*
 * Does the line go on with `file`, or does it begin another load of the same file (dlmopen)? A
 * second load begins at file offset 0, after the first one's code. Small files have code at
 * offset 0 and the same page again as data.
 */
static bool line_continues(
	const struct maps_line *line, bool is_deleted, const struct mapped_file *file)
{
	if (strlen(file->path) != line->path_len ||
		memcmp(file->path, line->path, line->path_len) != 0)
		return false;
	if (file->is_deleted != is_deleted || line->start < file->end)
		return false;
	if (line->offset > 0)
		return true;
	return !file->has_code_later && !(line->is_executable && file->has_code);
}

static void file_extend(struct mapped_file *file, const struct maps_line *line)
{
	file->end = line->end;
	file->has_code |= line->is_executable;
	file->has_code_later |= line->is_executable && line->offset > 0;
}

static int list_add(struct file_list *list, struct maps_line line, struct arena *arena)
{
	bool is_deleted = strip_deleted(&line);
	struct mapped_file *files;
	struct mapped_file *file;

	if (list->count && line_continues(&line, is_deleted, &list->files[list->count - 1])) {
		file_extend(&list->files[list->count - 1], &line);
		return 0;
	}
	files = grow(list->files, &list->capacity, list->count, sizeof(*files));
	if (!files)
		return -ENOMEM;
	list->files = files;
	file = &files[list->count];
	*file = (struct mapped_file){ .start = line.start, .file_offset = line.offset };
	file->is_deleted = is_deleted;
	file->path = arena_copy(arena, line.path, line.path_len);
	if (!file->path)
		return -ENOMEM;
	file_extend(file, &line);
	list->count++;
	return 0;
}

static int compare_files(const void *left, const void *right)
{
	const struct mapped_file *a = left;
	const struct mapped_file *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

/* The kernel writes ascending, separate mappings; damaged text need not. */
static void list_make_disjoint(struct file_list *list)
{
	size_t kept = 0;
	size_t i;

	if (list->count)
		qsort(list->files, list->count, sizeof(*list->files), compare_files);
	for (i = 0; i < list->count; i++) {
		if (kept == 0 || list->files[i].start >= list->files[kept - 1].end)
			list->files[kept++] = list->files[i];
	}
	list->count = kept;
}

int maps_parse(const char *text, size_t len, struct arena *arena,
	struct mapped_file **ret_files, size_t *ret_count)
{
	const char *text_end = text + len;
	struct file_list list = { 0 };

	while (text < text_end) {
		const char *newline = memchr(text, '\n', (size_t)(text_end - text));
		struct maps_line line;
		int r = 0;

		if (!newline) /* cut off in the middle */
			break;
		if (line_parse((struct cursor){ text, newline }, &line) && line_is_file(&line))
			r = list_add(&list, line, arena);
		if (r < 0) {
			free(list.files);
			return r;
		}
		text = newline + 1;
	}
	list_make_disjoint(&list);
	*ret_files = list.files;
	*ret_count = list.count;
	return 0;
}
