/* SPDX-License-Identifier: Apache-2.0 */
/* Expected outcomes, read and written; see expected.h. */
#include "tool/cmd/expected.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/finding.h"

#define KIND_SIZE 32

static int parse_failure(const char *text, struct expected_line *line, struct diag *diag)
{
	char kind[KIND_SIZE];
	int end = 0;

	if (sscanf(text, "fails %31s #%16" SCNx64 "%n", kind, &line->identity, &end) != 2 ||
		text[end] != '\0' || finding_kind_from_name(kind) <= FINDING_NONE)
		return diag_set(diag, -EINVAL,
			"'fails', a kind of finding, '#' and its fingerprint are expected");
	line->is_failure = true;
	return 0;
}

static int add_line(struct expected *expected, const char *text, struct diag *diag)
{
	struct expected_line *lines =
		reallocarray(expected->lines, expected->count + 1, sizeof(*lines));
	struct expected_line *line;
	int r;

	if (!lines)
		return diag_set(diag, -ENOMEM, "out of memory");
	expected->lines = lines;
	line = &lines[expected->count];
	*line = (struct expected_line){ 0 };
	r = strncmp(text, "fails ", 6) == 0 ? parse_failure(text, line, diag)
					    : outcome_line_parse(text, &line->identity, diag);
	if (r < 0)
		return r;
	line->text = strdup(text);
	if (!line->text)
		return diag_set(diag, -ENOMEM, "out of memory");
	expected->count++;
	return 0;
}

static int read_lines(
	struct expected *expected, FILE *stream, const char *path, struct diag *diag)
{
	struct diag reason;
	unsigned int number = 0;
	char *text = NULL;
	size_t size = 0;
	int r = 0;

	while (r >= 0 && getline(&text, &size, stream) >= 0) {
		number++;
		text[strcspn(text, "\n")] = '\0';
		if (text[0] == '\0' || text[0] == '#')
			continue;
		r = add_line(expected, text, &reason);
		if (r < 0)
			diag_set(diag, r, "%s:%u: %s", path, number, reason.text);
	}
	if (r >= 0 && ferror(stream))
		r = diag_set(diag, -EIO, "cannot read '%s'", path);
	free(text);
	return r;
}

int expected_read(struct expected *expected, const char *path, struct diag *diag)
{
	FILE *stream = fopen(path, "re");
	int r;

	if (!stream)
		return diag_set(diag, -errno, "cannot open '%s': %s", path, strerror(errno));
	r = read_lines(expected, stream, path, diag);
	fclose(stream);
	return r;
}

void expected_compare(struct expected *expected, struct outcomes_row *row)
{
	for (size_t i = 0; i < expected->count; i++) {
		struct expected_line *line = &expected->lines[i];

		if (line->identity != row->identity || line->is_failure != row->is_failure)
			continue;
		line->seen = true;
		row->expected = true;
	}
}

static int write_row(const struct outcomes_row *row, FILE *stream)
{
	struct outcome_text text = row->text;
	int r = 0;

	if (row->is_failure) {
		fprintf(stream, "# %s\nfails %s #%016" PRIx64, row->finding->summary,
			finding_kind_name(row->finding->kind), row->identity);
	} else {
		text.brief = false;
		r = outcome_line_write(&text, stream);
	}
	fputc('\n', stream);
	return r;
}

static int write_rows(const void *context, FILE *stream)
{
	const struct outcomes_report *report = context;
	int r = 0;

	fputs("# The outcomes of", stream);
	for (char *const *word = report->command; *word; word++)
		fprintf(stream, " %s", *word);
	fputs(", as 'weft outcomes --save' wrote them.\n", stream);
	for (size_t i = 0; i < report->row_count && r >= 0; i++)
		r = write_row(&report->rows[i], stream);
	return r < 0 ? r : ferror(stream) ? -EIO : 0;
}

int expected_save(const struct outcomes_report *report, const char *path, struct diag *diag)
{
	const struct report_writer writer = { "outcomes", write_rows, report };

	return report_save_with(&writer, path, diag);
}

void expected_release(struct expected *expected)
{
	for (size_t i = 0; i < expected->count; i++)
		free(expected->lines[i].text);
	free(expected->lines);
	*expected = (struct expected){ 0 };
}
