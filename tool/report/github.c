/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What GitHub Actions shows of a campaign: annotations at source lines, by workflow commands
 * that its runner reads from a step's output, and the job's summary in Markdown.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/anchor.h"
#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/source_root.h"
#include "tool/report/utf8.h"

/* ---- annotations ---- */

/* The escapes of the runner's toolkit; `in_property` for what stands before the "::". */
static void write_escaped(const char *text, bool in_property, FILE *stream)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '%' || c == '\r' || c == '\n' ||
			(in_property && (c == ':' || c == ',')))
			fprintf(stream, "%%%02X", c);
		else
			fputc(c, stream);
	}
}

static void write_property(const char *name, const char *value, FILE *stream)
{
	fprintf(stream, "%s=", name);
	write_escaped(value, true, stream);
}

static const char *command_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	default:
		return "notice";
	}
}

static void write_message(const struct finding *finding, FILE *stream)
{
	write_escaped(finding->summary, false, stream);
	for (size_t i = 0; i < finding->location_count; i++) {
		const struct finding_location *location = &finding->locations[i];

		if (!location->short_file)
			continue;
		fprintf(stream, "%%0A%s: ", location->role);
		write_escaped(location->function ? location->function : "?", false, stream);
		fputs(" (", stream);
		write_escaped(location->short_file, false, stream);
		fprintf(stream, ":%u)", location->line);
	}
	if (!finding->schedule_path)
		return;
	fputs("%0Aweft replay ", stream);
	write_escaped(finding->schedule_path, false, stream);
}

static int write_annotation(
	const struct report *report, const struct finding *finding, FILE *stream)
{
	struct anchor anchor;
	char *path;
	int r = anchor_find(finding, &anchor);

	if (r < 0)
		return r;
	path = anchor.file ? source_root_relative(report->source_root, anchor.file) : NULL;
	fprintf(stream, "::%s ", command_of(finding_severity(finding)));
	if (path) {
		write_property("file", path, stream);
		fprintf(stream, ",line=%u,", anchor.line);
	}
	write_property("title", rule_of(finding->kind)->title, stream);
	fputs("::", stream);
	write_message(finding, stream);
	fputc('\n', stream);
	free(path);
	return 0;
}

static int write_annotations(const struct report *report, FILE *stream)
{
	int r = 0;

	for (size_t i = 0; i < report->finding_count && r >= 0; i++)
		r = write_annotation(report, report->findings[i], stream);
	return r >= 0 && ferror(stream) ? -EIO : r;
}

const struct report_ops report_annotations = { .name = "annotations",
	.write = write_annotations };

/* ---- the job's summary ---- */

/* Told in full; of more, a line each: GitHub takes up to 1 MiB for a step. */
#define DETAILS_MAX 10

/* Text in a table's cell or a sentence: nothing of it is Markdown or HTML. */
static void write_plain(const char *text, FILE *stream)
{
	for (; *text; text++) {
		if (strchr("\r\n", *text))
			fputc(' ', stream);
		else if (*text == '<')
			fputs("&lt;", stream);
		else if (*text == '&')
			fputs("&amp;", stream);
		else
			fprintf(stream, "%s%c",
				strchr("\\`*_{}[]()#+-!|>~@", *text) ? "\\" : "", *text);
	}
}

/* A run of backticks longer than any in the text. */
static size_t fence_length(const char *text)
{
	size_t longest = 2;

	while (*text) {
		size_t run = strspn(text, "`");

		longest = run > longest ? run : longest;
		text += run ? run : 1;
	}
	return longest + 1;
}

static void write_fence(size_t length, FILE *stream)
{
	while (length--)
		fputc('`', stream);
	fputc('\n', stream);
}

static int write_details(const struct finding *finding, FILE *stream)
{
	char *text = report_finding_text(finding);
	char *clean = text ? utf8_copy(text) : NULL;
	size_t fence;

	free(text);
	if (!clean)
		return -ENOMEM;
	fence = fence_length(clean);
	/* Of a kind and hexadecimal digits: nothing in it needs escaping. */
	fprintf(stream, "\n<details><summary>%s</summary>\n\n", finding->name);
	write_fence(fence, stream);
	fputs(clean, stream);
	write_fence(fence, stream);
	fputs("\n</details>\n", stream);
	free(clean);
	return 0;
}

static int write_row(const struct report *report, const struct finding *finding, FILE *stream)
{
	struct anchor anchor;
	char *path, *summary = utf8_copy(finding->summary);
	int r = summary ? anchor_find(finding, &anchor) : -ENOMEM;

	if (r < 0) {
		free(summary);
		return r;
	}
	path = anchor.file ? source_root_relative(report->source_root, anchor.file) : NULL;
	fprintf(stream, "| %s | ", rule_of(finding->kind)->title);
	write_plain(summary, stream);
	fputs(" | ", stream);
	if (path || anchor.file) {
		write_plain(path ? path : anchor.file, stream);
		fprintf(stream, ":%u", anchor.line);
	}
	fprintf(stream, " | %" PRIu64 " |\n", finding->first_execution);
	free(path);
	free(summary);
	return 0;
}

static void write_heading(const struct report *report, FILE *stream)
{
	fputs("### weft: ", stream);
	write_plain(report_program(report), stream);
	if (report->finding_count)
		fprintf(stream, "\n\n%zu finding%s", report->finding_count,
			report->finding_count == 1 ? "" : "s");
	else
		fputs("\n\nNothing found", stream);
	fprintf(stream, " in %" PRIu64 " execution%s, %.1f seconds%s.\n", report->executions,
		report->executions == 1 ? "" : "s", (double)report->elapsed_ns / 1e9,
		report->interrupted ? " (interrupted)" : "");
	if (report->error) {
		fputs("\nThe campaign could not go on: ", stream);
		write_plain(report->error, stream);
		fputc('\n', stream);
	}
}

static int write_markdown(const struct report *report, FILE *stream)
{
	int r = 0;

	write_heading(report, stream);
	if (report->finding_count)
		fputs("\n| kind | finding | place | first seen in execution |\n"
		      "|---|---|---|---|\n",
			stream);
	for (size_t i = 0; i < report->finding_count && r >= 0; i++)
		r = write_row(report, report->findings[i], stream);
	for (size_t i = 0; i < report->finding_count && i < DETAILS_MAX && r >= 0; i++)
		r = write_details(report->findings[i], stream);
	fputc('\n', stream);
	return r >= 0 && ferror(stream) ? -EIO : r;
}

const struct report_ops report_markdown = { .name = "summary", .write = write_markdown };
