/* SPDX-License-Identifier: Apache-2.0 */
/* Each header's two halves, reading and writing, and the table of them; see schedule_header.h.
 */
#include "tool/trace/schedule_header.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "tool/trace/names.h"
#include "tool/trace/text.h"

/* The scanner's word as a string of the schedule's. */
static int keep_word(
	struct scanner *s, struct schedule *schedule, const char *what, const char **ret_kept)
{
	int r = scanner_word(s, what);

	if (r < 0)
		return r;
	*ret_kept = schedule_keep_bytes(schedule, s->word, s->word_size);
	return *ret_kept ? 0 : diag_set(s->diag, -ENOMEM, "%s: out of memory", s->name);
}

/* For options that may be missing: NULL writes nothing. */
static void write_string(FILE *stream, const char *key, const char *value)
{
	if (!value)
		return;
	fprintf(stream, "%s ", key);
	text_write_word(stream, value);
	fputc('\n', stream);
}

static int parse_program(struct scanner *s, struct schedule *schedule)
{
	return keep_word(s, schedule, "the program's path", &schedule->program);
}

static void write_program(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "program", schedule->program);
}

static int parse_build_id(struct scanner *s, struct schedule *schedule)
{
	int r = keep_word(s, schedule, "a build id", &schedule->build_id);

	if (r < 0)
		return r;
	if (!s->word_size || strspn(s->word, "0123456789abcdef") != s->word_size)
		return scanner_error(s, "a build id has digits 0-9 a-f only");
	return 0;
}

static void write_build_id(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "build-id", schedule->build_id);
}

static int parse_arguments(struct scanner *s, struct schedule *schedule)
{
	while (!scanner_at_end(s)) {
		int r = scanner_word(s, "an argument");

		if (r < 0)
			return r;
		r = schedule_add_argument(schedule, s->word);
		if (r == -E2BIG)
			return scanner_error(
				s, "more than %u arguments", SCHEDULE_ARGUMENTS_MAX);
		if (r < 0)
			return diag_set(s->diag, r, "%s: out of memory", s->name);
	}
	return 0;
}

static void write_arguments(FILE *stream, const struct schedule *schedule)
{
	if (schedule->argument_count == 0)
		return;
	fputs("arguments", stream);
	for (size_t i = 0; i < schedule->argument_count; i++) {
		fputc(' ', stream);
		text_write_word(stream, schedule->arguments[i]);
	}
	fputc('\n', stream);
}

static int parse_directory(struct scanner *s, struct schedule *schedule)
{
	return keep_word(s, schedule, "a directory", &schedule->directory);
}

static void write_directory(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "directory", schedule->directory);
}

static int parse_input(struct scanner *s, struct schedule *schedule)
{
	return keep_word(s, schedule, "a file for standard input", &schedule->input);
}

static void write_input(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "input", schedule->input);
}

/* `keyword number`, both of them or neither. */
static int parse_keyword_number(struct scanner *s, const char *keyword, uint64_t *ret_number)
{
	int r = scanner_bare(s, keyword);

	if (r < 0)
		return r;
	if (strcmp(s->word, keyword) != 0)
		return scanner_error(s, "expected '%s', not '%.40s'", keyword, s->word);
	return scanner_number(s, "a number", UINT64_MAX, ret_number);
}

static int parse_strategy(struct scanner *s, struct schedule *schedule)
{
	int r = keep_word(s, schedule, "a strategy's name", &schedule->strategy);

	if (r == 0)
		r = parse_keyword_number(s, "seed", &schedule->seed);
	if (r == 0)
		r = parse_keyword_number(s, "execution", &schedule->execution);
	return r;
}

static void write_strategy(FILE *stream, const struct schedule *schedule)
{
	if (!schedule->strategy)
		return;
	fputs("strategy ", stream);
	text_write_word(stream, schedule->strategy);
	fprintf(stream, " seed %" PRIu64 " execution %" PRIu64 "\n", schedule->seed,
		schedule->execution);
}

/* A name that `from_name` knows; its value, not negative. */
static int parse_name(struct scanner *s, const char *what, int (*from_name)(const char *))
{
	int r = scanner_bare(s, what);
	int value;

	if (r < 0)
		return r;
	value = from_name(s->word);
	return value >= 0 ? value : scanner_error(s, "'%.40s' is not %s", s->word, what);
}

static int parse_model(struct scanner *s, struct schedule *schedule)
{
	int value = parse_name(s, "a memory model", model_from_name);

	if (value < 0)
		return value;
	schedule->model = (enum wire_model)value;
	return 0;
}

static void write_model(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "model", model_name(schedule->model));
}

static int parse_carrier(struct scanner *s, struct schedule *schedule)
{
	int value = parse_name(s, "a carrier", carrier_from_name);

	if (value < 0)
		return value;
	schedule->carrier = (enum wire_carrier)value;
	return 0;
}

static void write_carrier(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "carrier", carrier_name(schedule->carrier));
}

static int parse_points(struct scanner *s, struct schedule *schedule)
{
	int value = parse_name(s, "a choice of scheduling points", points_from_name);

	if (value < 0)
		return value;
	schedule->points = (enum wire_points)value;
	return 0;
}

static void write_points(FILE *stream, const struct schedule *schedule)
{
	write_string(stream, "points", points_name(schedule->points));
}

static int parse_realtime(struct scanner *s, struct schedule *schedule)
{
	return scanner_number(
		s, "a time in nanoseconds", UINT64_MAX, &schedule->realtime_start_ns);
}

static void write_realtime(FILE *stream, const struct schedule *schedule)
{
	fprintf(stream, "realtime-ns %" PRIu64 "\n", schedule->realtime_start_ns);
}

static int parse_random_seed(struct scanner *s, struct schedule *schedule)
{
	return scanner_number(s, "a seed", UINT64_MAX, &schedule->random_seed);
}

static void write_random_seed(FILE *stream, const struct schedule *schedule)
{
	fprintf(stream, "random-seed %" PRIu64 "\n", schedule->random_seed);
}

static int parse_step_limit(struct scanner *s, struct schedule *schedule)
{
	return scanner_number(s, "a number of steps", UINT64_MAX, &schedule->step_limit);
}

static void write_step_limit(FILE *stream, const struct schedule *schedule)
{
	fprintf(stream, "step-limit %" PRIu64 "\n", schedule->step_limit);
}

static int parse_memory_limit(struct scanner *s, struct schedule *schedule)
{
	uint64_t number;
	int r = scanner_number(s, "a size in MiB", UINT32_MAX, &number);

	if (r == 0)
		schedule->memory_limit_mib = (uint32_t)number;
	return r;
}

static void write_memory_limit(FILE *stream, const struct schedule *schedule)
{
	if (schedule->memory_limit_mib)
		fprintf(stream, "memory-limit-mib %" PRIu32 "\n", schedule->memory_limit_mib);
}

static int parse_quarantine(struct scanner *s, struct schedule *schedule)
{
	uint64_t number;
	int r = scanner_number(s, "a size in MiB", UINT32_MAX, &number);

	if (r == 0)
		schedule->quarantine_mib = (uint32_t)number;
	return r;
}

static void write_quarantine(FILE *stream, const struct schedule *schedule)
{
	if (schedule->quarantine_mib != SCHEDULE_QUARANTINE_MIB)
		fprintf(stream, "quarantine-mib %" PRIu32 "\n", schedule->quarantine_mib);
}

static int parse_expect(struct scanner *s, struct schedule *schedule)
{
	int r = keep_word(s, schedule, "a kind of finding", &schedule->expect_kind);

	if (r == 0)
		r = keep_word(s, schedule, "where it was found", &schedule->expect_where);
	if (r == 0)
		r = scanner_bare(s, "'fingerprint'");
	if (r < 0)
		return r;
	if (strcmp(s->word, "fingerprint") != 0)
		return scanner_error(s, "expected 'fingerprint', not '%.40s'", s->word);
	return scanner_hex(s, "hexadecimal digits", "", &schedule->fingerprint);
}

static void write_expect(FILE *stream, const struct schedule *schedule)
{
	if (!schedule->expect_kind)
		return;
	fputs("expect ", stream);
	text_write_word(stream, schedule->expect_kind);
	fputc(' ', stream);
	text_write_word(stream, schedule->expect_where ? schedule->expect_where : "");
	fprintf(stream, " fingerprint %016" PRIx64 "\n", schedule->fingerprint);
}

static int parse_hash(struct scanner *s, struct schedule *schedule)
{
	return scanner_hex(s, "hexadecimal digits", "", &schedule->hash);
}

static void write_hash(FILE *stream, const struct schedule *schedule)
{
	if (schedule->hash)
		fprintf(stream, "hash %016" PRIx64 "\n", schedule->hash);
}

/* HEADER(function suffix, key): keys are never changed or removed, new ones are added at the
 * end. */
#define HEADERS(HEADER)                          \
	HEADER(program, "program")               \
	HEADER(build_id, "build-id")             \
	HEADER(arguments, "arguments")           \
	HEADER(directory, "directory")           \
	HEADER(input, "input")                   \
	HEADER(strategy, "strategy")             \
	HEADER(model, "model")                   \
	HEADER(carrier, "carrier")               \
	HEADER(points, "points")                 \
	HEADER(realtime, "realtime-ns")          \
	HEADER(random_seed, "random-seed")       \
	HEADER(step_limit, "step-limit")         \
	HEADER(memory_limit, "memory-limit-mib") \
	HEADER(quarantine, "quarantine-mib")     \
	HEADER(expect, "expect")                 \
	HEADER(hash, "hash")

static const struct {
	const char *key;
	int (*parse)(struct scanner *s, struct schedule *schedule);
	void (*write)(FILE *stream, const struct schedule *schedule);
} headers[] = {
#define HEADER(suffix, key) { key, parse_##suffix, write_##suffix },
	HEADERS(HEADER)
#undef HEADER
};

#define HEADER_COUNT (sizeof(headers) / sizeof(headers[0]))

_Static_assert(HEADER_COUNT <= SCHEDULE_HEADERS_MAX, "one bit each in the reader");

int schedule_header_find(const char *key)
{
	for (size_t i = 0; i < HEADER_COUNT; i++)
		if (strcmp(headers[i].key, key) == 0)
			return (int)i;
	return -1;
}

int schedule_header_parse(int number, struct scanner *s, struct schedule *schedule)
{
	int r = headers[number].parse(s, schedule);

	return r < 0 ? r : scanner_end(s);
}

void schedule_headers_write(const struct schedule *schedule, FILE *stream)
{
	for (size_t i = 0; i < HEADER_COUNT; i++)
		headers[i].write(stream, schedule);
	for (size_t i = 0; i < schedule->extra_count; i++)
		fprintf(stream, "%s\n", schedule->extra[i]);
}
