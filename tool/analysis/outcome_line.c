/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading an outcome's line; see outcome_line.h. */
#include "tool/analysis/outcome_line.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/outcome.h"
#include "tool/launch/output.h"
#include "tool/trace/observations.h"

/* Longer strings, and more values, are written as their hash, or cut. */
#define STRING_MAX 1024
#define VALUES_MAX 64
#define BRIEF_STRING 40
#define BRIEF_VALUES 8
#define NAME_PUNCTUATION "_.-[]:/"

/* ---- writing ---- */

struct sorted {
	const struct wire_observation **list;
	size_t count;
};

void outcome_write_quoted(const char *bytes, size_t size, FILE *stream)
{
	fputc('"', stream);
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n')
			fputs("\\n", stream);
		else if (c == '\t')
			fputs("\\t", stream);
		else if (c == '"' || c == '\\')
			fprintf(stream, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			fprintf(stream, "\\x%02x", c);
		else
			fputc(c, stream);
	}
	fputc('"', stream);
}

static void write_string(const char *bytes, size_t size, bool brief, FILE *stream)
{
	bool cut = brief && size > BRIEF_STRING;

	outcome_write_quoted(bytes, cut ? BRIEF_STRING : size, stream);
	if (cut)
		fputs("...", stream);
}

static bool is_name(const char *text)
{
	if (!isalpha((unsigned char)*text) && *text != '_')
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr(NAME_PUNCTUATION, *text))
			return false;
	return true;
}

static int by_name(const void *a, const void *b)
{
	const struct wire_observation *x = *(const struct wire_observation *const *)a;
	const struct wire_observation *y = *(const struct wire_observation *const *)b;
	int order = strcmp(x->name, y->name);

	/* They lie in one block, in the order in which they were made. */
	return order ? order : (x > y) - (x < y);
}

static int sort(const struct outcome_text *text, struct sorted *ret_sorted)
{
	const struct wire_observation *o;
	size_t most = text->observations_size / sizeof(*o) + 1;
	struct sorted sorted = { .list = calloc(most, sizeof(*sorted.list)) };

	if (!sorted.list)
		return -ENOMEM;
	for (size_t at = 0;
		(o = observation_next(text->observations, text->observations_size, &at));)
		if (o->kind == WIRE_OBSERVED_VALUE || o->kind == WIRE_OBSERVED_TEXT)
			sorted.list[sorted.count++] = o;
	qsort(sorted.list, sorted.count, sizeof(*sorted.list), by_name);
	*ret_sorted = sorted;
	return 0;
}

static bool is_long(const struct wire_observation *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i]->kind == WIRE_OBSERVED_TEXT &&
			strlen(observation_text(list[i])) > STRING_MAX)
			return true;
	return count > VALUES_MAX;
}

static uint64_t sequence_hash(const struct wire_observation *const *list, size_t count)
{
	uint64_t key = identity_key(list[0]->name), sequence;
	struct identity identity;

	identity_begin(&identity, 0, 0);
	for (size_t i = 0; i < count; i++) {
		if (list[i]->kind == WIRE_OBSERVED_VALUE)
			identity_add_value(&identity, key, list[i]->value);
		else
			identity_add_text(&identity, key, observation_text(list[i]));
	}
	sequence = identity_sequence(&identity, key);
	identity_end(&identity);
	return sequence;
}

/* " name=1,2": all values of one name. */
static void write_values(
	const struct wire_observation *const *list, size_t count, bool brief, FILE *stream)
{
	fputc(' ', stream);
	if (is_name(list[0]->name))
		fputs(list[0]->name, stream);
	else
		outcome_write_quoted(list[0]->name, strlen(list[0]->name), stream);
	fputc('=', stream);
	if (!brief && is_long(list, count)) {
		fprintf(stream, "#%016" PRIx64, sequence_hash(list, count));
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputc(',', stream);
		if (brief && i == BRIEF_VALUES && count > BRIEF_VALUES + 1) {
			fprintf(stream, "... (%zu)", count);
			return;
		}
		if (list[i]->kind == WIRE_OBSERVED_VALUE)
			fprintf(stream, "%" PRId64, list[i]->value);
		else
			write_string(observation_text(list[i]),
				strlen(observation_text(list[i])), brief, stream);
	}
}

int outcome_line_write(const struct outcome_text *text, FILE *stream)
{
	struct sorted sorted;
	int r = sort(text, &sorted);

	if (r < 0)
		return r;
	fprintf(stream, "exit %d output ", text->exit_status);
	if (text->output && (text->brief || text->output_size <= STRING_MAX))
		write_string(text->output, text->output_size, text->brief, stream);
	else
		fprintf(stream, "#%016" PRIx64, text->output_hash);
	for (size_t i = 0, end; i < sorted.count; i = end) {
		for (end = i; end < sorted.count; end++)
			if (strcmp(sorted.list[end]->name, sorted.list[i]->name) != 0)
				break;
		write_values(sorted.list + i, end - i, text->brief, stream);
	}
	free(sorted.list);
	return ferror(stream) ? -EIO : 0;
}

/* ---- reading ---- */

struct reader {
	const char *at;
	char *string; /* room for the longest there can be */
	size_t string_size;
	struct diag *diag;
};

static int refuse(struct reader *reader, const char *wanted)
{
	return diag_set(reader->diag, -EINVAL, "%s is expected at '%.20s'", wanted, reader->at);
}

static bool skip_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static int read_hash(struct reader *reader, uint64_t *ret_hash)
{
	uint64_t hash = 0;

	if (!skip_word(reader, "#"))
		return refuse(reader, "a hash");
	for (int i = 0; i < 16; i++, reader->at++) {
		int digit = hex_digit(*reader->at);

		if (digit < 0)
			return refuse(reader, "a hash of 16 hexadecimal digits");
		hash = hash << 4 | (uint64_t)digit;
	}
	*ret_hash = hash;
	return 0;
}

/* What stands after a backslash; -1 for what is no escape. */
static int read_escape(struct reader *reader)
{
	int high, low;

	switch (*reader->at++) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '"':
		return '"';
	case '\\':
		return '\\';
	case 'x':
		high = hex_digit(reader->at[0]);
		low = high < 0 ? -1 : hex_digit(reader->at[1]);
		if (low < 0)
			return -1;
		reader->at += 2;
		return high << 4 | low;
	default:
		reader->at--;
		return -1;
	}
}

static int read_string(struct reader *reader)
{
	reader->string_size = 0;
	if (!skip_word(reader, "\""))
		return refuse(reader, "a string");
	while (*reader->at && *reader->at != '"') {
		int c = (unsigned char)*reader->at++;

		if (c == '\\')
			c = read_escape(reader);
		if (c < 0)
			return refuse(reader, "an escape of C, with two digits after x,");
		reader->string[reader->string_size++] = (char)c;
	}
	reader->string[reader->string_size] = '\0';
	return skip_word(reader, "\"") ? 0 : refuse(reader, "a closing quote");
}

static int read_number(struct reader *reader, int64_t *ret_number)
{
	char *end;

	errno = 0;
	*ret_number = strtoll(reader->at, &end, 10);
	if (end == reader->at || errno || isspace((unsigned char)*reader->at))
		return refuse(reader, "a number");
	reader->at = end;
	return 0;
}

/* "balance=" */
static int read_name(struct reader *reader, uint64_t *ret_key)
{
	size_t length = strcspn(reader->at, "= ");
	int r = 0;

	if (*reader->at == '"') {
		r = read_string(reader);
	} else {
		memcpy(reader->string, reader->at, length);
		reader->string[length] = '\0';
		if (!is_name(reader->string))
			return refuse(reader, "a name");
		reader->at += length;
	}
	if (r == 0 && !skip_word(reader, "="))
		r = refuse(reader, "'='");
	*ret_key = identity_key(reader->string);
	return r;
}

static int read_value(struct reader *reader, struct identity *identity, uint64_t key)
{
	int64_t number;
	int r;

	if (*reader->at == '"') {
		r = read_string(reader);
		if (r == 0)
			identity_add_text(identity, key, reader->string);
		return r;
	}
	r = read_number(reader, &number);
	if (r == 0)
		identity_add_value(identity, key, number);
	return r;
}

static int read_values(struct reader *reader, struct identity *identity)
{
	uint64_t key = 0, sequence;
	int r = read_name(reader, &key);

	if (r < 0)
		return r;
	if (*reader->at == '#') {
		r = read_hash(reader, &sequence);
		if (r == 0)
			identity_set_sequence(identity, key, sequence);
		return r;
	}
	do
		r = read_value(reader, identity, key);
	while (r == 0 && skip_word(reader, ","));
	return r;
}

static int read_output(struct reader *reader, uint64_t *ret_hash)
{
	int r;

	if (*reader->at == '#')
		return read_hash(reader, ret_hash);
	r = read_string(reader);
	if (r == 0)
		*ret_hash = output_hash_of(reader->string, reader->string_size);
	return r;
}

static int read_line(struct reader *reader, uint64_t *ret_identity)
{
	struct identity identity;
	int64_t exit_status = 0;
	uint64_t output = 0;
	int r = skip_word(reader, "exit ") ? read_number(reader, &exit_status)
					   : refuse(reader, "'exit'");

	if (r == 0 && !skip_word(reader, " output "))
		r = refuse(reader, "'output'");
	if (r == 0)
		r = read_output(reader, &output);
	if (r < 0)
		return r;
	identity_begin(&identity, (int)exit_status, output);
	while (r == 0 && skip_word(reader, " "))
		r = read_values(reader, &identity);
	if (r == 0 && *reader->at)
		r = refuse(reader, "a blank");
	*ret_identity = identity_end(&identity);
	return r;
}

int outcome_line_parse(const char *line, uint64_t *ret_identity, struct diag *diag)
{
	struct reader reader = { .at = line, .diag = diag };
	int r;

	reader.string = malloc(strlen(line) + 1);
	if (!reader.string)
		return diag_set(diag, -ENOMEM, "out of memory");
	r = read_line(&reader, ret_identity);
	free(reader.string);
	return r;
}
