/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule's text as a whole: first line, comment, headers, decisions, `end`. The parts are
 * in schedule_header.c and schedule_line.c.
 */
#include "tool/trace/schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/trace/scanner.h"
#include "tool/trace/schedule_header.h"
#include "tool/trace/schedule_line.h"
#include "tool/trace/text.h"

#define MAGIC_KEY "weft"
#define END_KEY "end"
#define READ_SIZE_FIRST (64u << 10)

struct reader {
	struct scanner scanner;
	struct schedule *schedule;
	uint32_t seen;	 /* a bit for each header that was there */
	uint32_t *lines; /* of the decisions, for messages */
	size_t line_capacity;
	FILE *comment; /* of the whole file, into the text below; NULL: none so far */
	char *comment_text;
	size_t comment_size;
	bool in_body; /* past that comment */
	bool ended;
};

/* Is the unfinished last line a complete `end`? Then nothing is missing. */
static bool is_end_line(const struct scanner *s)
{
	const char *line = s->text + s->line_start;
	size_t size = s->line_end - s->line_start;
	size_t key_len = strlen(END_KEY);

	if (size < key_len || memcmp(line, END_KEY, key_len) != 0)
		return false;
	return size == key_len || text_is_blank(line[key_len]);
}

static int cut_off(const struct scanner *s, size_t position)
{
	return scanner_error_at(
		s, position, "the file is cut off: it has no line '" END_KEY "'");
}

/* Returns 1, 0 at the end of the text, or an error. */
static int next_line(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	int r = scanner_next_line(s);

	if (r <= 0)
		return r;
	if (!s->terminated && !reader->ended && !is_end_line(s))
		return cut_off(s, s->line_end);
	r = scanner_check_line(s);
	return r < 0 ? r : 1;
}

static int parse_first_line(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	const char *what = "not a weft schedule: the first line is not '" MAGIC_KEY " 1'";
	uint64_t version;
	int r;

	if (s->size == 0)
		return scanner_error_at(s, 0, "the file is empty");
	scanner_next_line(s);
	if (scanner_bare(s, "") < 0 || strcmp(s->word, MAGIC_KEY) != 0)
		return scanner_error_at(s, 0, "%s", what);
	r = scanner_number(s, "the version of the format", UINT32_MAX, &version);
	if (r < 0)
		return r;
	if (version == 0)
		return scanner_error(s, "there is no version 0 of the format");
	if (version > SCHEDULE_VERSION)
		return scanner_error(s,
			"version %" PRIu64
			" of the format is newer than this weft, which knows up "
			"to %d: use a newer weft",
			version, SCHEDULE_VERSION);
	r = scanner_end(s);
	if (r == 0)
		r = scanner_check_line(s);
	if (r < 0)
		return r;
	return s->terminated ? 0 : cut_off(s, s->line_end);
}

static int out_of_memory(const struct reader *reader)
{
	return diag_set(
		reader->scanner.diag, -ENOMEM, "%.560s: out of memory", reader->scanner.name);
}

/* Comment lines under the first line are one comment, that of the file. */
static int collect_comment(struct reader *reader)
{
	size_t size;
	const char *text = scanner_comment(&reader->scanner, &size);

	if (!text || reader->in_body)
		return 0;
	if (reader->comment)
		fputc('\n', reader->comment);
	else
		reader->comment = open_memstream(&reader->comment_text, &reader->comment_size);
	if (!reader->comment)
		return out_of_memory(reader);
	fwrite(text, 1, size, reader->comment);
	return 0;
}

static int keep_comment(struct reader *reader)
{
	FILE *stream = reader->comment;

	if (!stream)
		return 0;
	reader->comment = NULL;
	if (fclose(stream) != 0)
		return out_of_memory(reader);
	reader->schedule->comment = schedule_keep_bytes(
		reader->schedule, reader->comment_text, reader->comment_size);
	return reader->schedule->comment ? 0 : out_of_memory(reader);
}

/* A header that this version doesn't know: kept as it stands. */
static int keep_extra(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	size_t size = s->line_end - s->line_start;
	char *line = strndup(s->text + s->line_start, size);
	int r = line ? schedule_add_extra(reader->schedule, line) : -ENOMEM;

	free(line);
	if (r == -E2BIG)
		return scanner_error(
			s, "more than %u unknown header lines", SCHEDULE_EXTRA_MAX);
	return r < 0 ? out_of_memory(reader) : 0;
}

static int parse_header(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	int number = schedule_header_find(s->word);

	if (reader->schedule->decision_count)
		return scanner_error(s,
			"expected '" SCHEDULE_LINE_KEY "' or '" END_KEY "', not '%.40s'",
			s->word);
	if (number < 0)
		return keep_extra(reader);
	if (reader->seen & 1u << number)
		return scanner_error(s, "'%s' is here for the second time", s->word);
	reader->seen |= 1u << number;
	return schedule_header_parse(number, s, reader->schedule);
}

static int parse_decision(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	size_t count = reader->schedule->decision_count;
	int r;

	if (count == reader->line_capacity) {
		size_t capacity = count ? 2 * count : 64;
		uint32_t *lines = reallocarray(reader->lines, capacity, sizeof(*lines));

		if (!lines)
			return out_of_memory(reader);
		reader->lines = lines;
		reader->line_capacity = capacity;
	}
	r = schedule_line_parse(s, reader->schedule);
	if (r == 0)
		reader->lines[count] = s->line;
	return r;
}

static int parse_line(struct reader *reader)
{
	struct scanner *s = &reader->scanner;
	int r;

	if (scanner_at_end(s))
		return collect_comment(reader);
	if (reader->ended)
		return scanner_error_at(s, s->position, "there is text after '" END_KEY "'");
	reader->in_body = true;
	r = scanner_bare(s, "a key");
	if (r < 0)
		return r;
	if (strcmp(s->word, SCHEDULE_LINE_KEY) == 0)
		return parse_decision(reader);
	if (strcmp(s->word, END_KEY) != 0)
		return parse_header(reader);
	reader->ended = true;
	return scanner_end(s);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* By all that says which decision it is. */
static int compare_questions(
	const struct schedule_decision *a, const struct schedule_decision *b)
{
	int r = strcmp(a->thread, b->thread);

	if (r == 0)
		r = compare_numbers(a->op, b->op);
	if (r == 0)
		r = compare_numbers(a->location, b->location);
	if (r == 0)
		r = compare_numbers(a->occurrence, b->occurrence);
	if (r == 0)
		r = compare_numbers(a->kind, b->kind);
	return r ? r : compare_numbers(a->repetition, b->repetition);
}

/* The same, and then by place in the file. */
static int compare_places(const void *left, const void *right, void *context)
{
	const struct schedule_decision *decisions = context;
	uint32_t i = *(const uint32_t *)left, j = *(const uint32_t *)right;
	int r = compare_questions(&decisions[i], &decisions[j]);

	return r ? r : compare_numbers(i, j);
}

/* Two answers to one question, as a bad merge leaves them. */
static int refuse_repeated(const struct reader *reader)
{
	const struct schedule *schedule = reader->schedule;
	struct schedule_decision *decisions = schedule->decisions;
	size_t count = schedule->decision_count;
	uint32_t *order = calloc(count + 1, sizeof(*order));
	int r = 0;

	if (!order)
		return out_of_memory(reader);
	for (size_t i = 0; i < count; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, count, sizeof(*order), compare_places, decisions);
	for (size_t i = 1; i < count && r == 0; i++)
		if (compare_questions(&decisions[order[i - 1]], &decisions[order[i]]) == 0)
			r = diag_set(reader->scanner.diag, -EINVAL,
				"%.560s:%" PRIu32
				":1: the same decision is taken in line %" PRIu32,
				reader->scanner.name, reader->lines[order[i]],
				reader->lines[order[i - 1]]);
	free(order);
	return r;
}

static int check_complete(const struct reader *reader)
{
	const struct scanner *s = &reader->scanner;

	if (!reader->ended)
		return cut_off(s, s->line_end);
	if (!reader->schedule->program)
		return scanner_error_at(s, s->line_start, "there is no header 'program'");
	return refuse_repeated(reader);
}

static int parse_text(struct reader *reader)
{
	int r = parse_first_line(reader);

	while (r == 0) {
		r = next_line(reader);
		if (r == 0)
			return check_complete(reader);
		if (r > 0)
			r = parse_line(reader);
	}
	return r;
}

static void reader_release(struct reader *reader)
{
	if (reader->comment)
		fclose(reader->comment);
	free(reader->comment_text);
	free(reader->lines);
	scanner_release(&reader->scanner);
}

int schedule_parse(const char *name, const char *text, size_t size,
	struct schedule **ret_schedule, struct diag *diag)
{
	struct reader reader = { 0 };
	int r;

	if (size > SCHEDULE_SIZE_MAX)
		return diag_set(diag, -EFBIG, "%.560s: larger than %u MiB, not a weft schedule",
			name, SCHEDULE_SIZE_MAX >> 20);
	reader.schedule = schedule_new();
	if (!reader.schedule)
		return diag_set(diag, -ENOMEM, "%.560s: out of memory", name);
	scanner_init(&reader.scanner, name, text, size);
	reader.scanner.diag = diag;
	r = parse_text(&reader);
	if (r == 0)
		r = keep_comment(&reader);
	reader_release(&reader);
	if (r < 0)
		schedule_free(reader.schedule);
	else
		*ret_schedule = reader.schedule;
	return r;
}

/* Reads all, up to one byte more than a schedule may have, so that the parser can refuse it. */
static int read_all(int fd, char **ret_text, size_t *ret_size)
{
	size_t size = 0, capacity = READ_SIZE_FIRST;
	char *text = malloc(capacity);

	while (text && size <= SCHEDULE_SIZE_MAX) {
		ssize_t count = read(fd, text + size, capacity - size);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			int r = -errno;

			free(text);
			return r;
		}
		if (count == 0)
			break;
		size += (size_t)count;
		if (size == capacity) {
			char *bigger = realloc(text, capacity *= 2);

			if (!bigger)
				free(text);
			text = bigger;
		}
	}
	if (!text)
		return -ENOMEM;
	*ret_text = text;
	*ret_size = size;
	return 0;
}

int schedule_read(const char *path, struct schedule **ret_schedule, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text = NULL;
	size_t size = 0;
	int r = fd < 0 ? -errno : read_all(fd, &text, &size);

	if (fd >= 0)
		close(fd);
	if (r < 0)
		return diag_set(diag, r, "cannot read '%.560s': %s", path, strerror(-r));
	r = schedule_parse(path, text, size, ret_schedule, diag);
	free(text);
	return r;
}
