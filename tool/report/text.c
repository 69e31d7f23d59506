/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding in plain text, for somebody tired: first what it is, then where, then how it came
 * about, then how to see it again. The parts are in text_threads.c and text_interleaving.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/report.h"
#include "tool/report/rules.h"
#include "tool/report/text_parts.h"
#include "tool/symbol/source_path.h"

#define OUTPUT_LINES 8
#define STORY_WIDTH 96

static const char *how_seen(const struct finding *finding)
{
	if (finding->from_race)
		return "  seen when a race of execution %llu was run in both orders";
	if (finding->from_prediction)
		return "  predicted, and driven after the campaign, in execution %llu";
	return "  first seen in execution %llu";
}

static void write_counts(const struct text *text)
{
	const struct finding *finding = text->finding;
	const struct recording *recording = text->recording;

	fprintf(text->stream, how_seen(finding), (unsigned long long)finding->first_execution);
	if (finding->times_seen > 1)
		fprintf(text->stream, ", %llu times in all",
			(unsigned long long)finding->times_seen);
	if (finding->replays)
		fprintf(text->stream, "; reproduced in %u of %u replays",
			finding->replays_reproduced, finding->replays);
	fprintf(text->stream, "\n  %u thread%s", recording->result.threads_created,
		recording->result.threads_created == 1 ? "" : "s");
	if (finding->schedule && finding->preemptions)
		fprintf(text->stream, ", %u preemption%s needed", finding->preemptions,
			finding->preemptions == 1 ? "" : "s");
	else if (finding->schedule)
		fputs(", no preemption needed", text->stream);
	if (finding->schedule && finding->preemptions && finding->executions_spent)
		fprintf(text->stream,
			finding->minimal ? " (1-minimal, after %u executions)"
					 : " (after %u executions there was no "
					   "time to see whether fewer do)",
			finding->executions_spent);
	fputc('\n', text->stream);
}

static void write_header(const struct text *text)
{
	const struct finding *finding = text->finding;

	fprintf(text->stream, "%s%s:%s %s%s%s\n",
		finding_severity(finding) == SEVERITY_ERROR ? text->style->bad
							    : text->style->mark,
		finding_kind_name(finding->kind), text->style->end, text->style->bold,
		finding->summary, text->style->end);
	write_counts(text);
	if (!finding->deterministic || finding->reason)
		fprintf(text->stream, "  %snot deterministic here:%s %s\n", text->style->mark,
			text->style->end,
			finding->reason ? finding->reason : "it did not happen again");
}

static const char *last_lines(const char *output)
{
	const char *start = output + strlen(output);
	int lines = 0;

	while (start > output && lines <= OUTPUT_LINES)
		lines += *--start == '\n' && start[1] != '\0';
	return lines > OUTPUT_LINES ? start + 1 : start;
}

/*
 * A sanitizer's report from its first line to who made the threads, which is told already, or
 * to its summary; what follows shows its memory.
 */
static bool find_report(const char *output, const char **ret_start, const char **ret_end)
{
	const char *start = strstr(output, "==ERROR: AddressSanitizer: ");
	const char *end = start ? strstr(start, "\nThread T") : NULL;

	if (start && !end)
		end = strstr(start, "\nSUMMARY: ");
	if (!end)
		return false;
	while (start > output && start[-1] != '\n')
		start--;
	*ret_start = start;
	*ret_end = end + 1;
	return true;
}

/* Whether a sanitizer in the program told of it. */
static bool is_report(const struct finding *finding)
{
	return finding->recording->result.verdict == WIRE_VERDICT_REPORT;
}

/* What the program said last is often all that is needed. */
static void write_output(const struct text *text)
{
	const char *output = text->finding->output;
	const char *start;
	const char *end;
	bool reports;

	if (!output || !output[0])
		return;
	start = last_lines(output);
	end = output + strlen(output);
	reports = is_report(text->finding) && find_report(output, &start, &end);
	fprintf(text->stream, "\n  %s%s%s\n", text->style->bold,
		reports ? "AddressSanitizer's report" : "the end of its output",
		text->style->end);
	while (start < end) {
		size_t size = strcspn(start, "\n");

		fputs("    | ", text->stream);
		for (size_t i = 0; i < size; i++)
			fputc((unsigned char)start[i] >= ' ' || start[i] == '\t' ? start[i]
										 : '?',
				text->stream);
		fputc('\n', text->stream);
		start += size + (start[size] != '\0');
	}
}

/* Breaks at blanks, indented. */
static void write_paragraph(const struct text *text, const char *words)
{
	size_t used = 0;

	for (; *words; words += strspn(words, " ")) {
		size_t size = strcspn(words, " ");

		if (used && used + 1 + size > STORY_WIDTH) {
			fputc('\n', text->stream);
			used = 0;
		}
		fprintf(text->stream, "%s%.*s", used ? " " : "    ", (int)size, words);
		used += size + (used > 0);
		words += size;
	}
	fputc('\n', text->stream);
}

/* What it is, in the field's words. */
static void write_story(const struct text *text)
{
	const struct finding *finding = text->finding;

	if (!finding->story)
		return;
	fprintf(text->stream, "\n  %s%s%s\n", text->style->bold, finding->story_title,
		text->style->end);
	write_paragraph(text, finding->story);
	if (finding->suggestion)
		write_paragraph(text, finding->suggestion);
}

static void write_files(const struct text *text)
{
	const struct finding *finding = text->finding;

	fputc('\n', text->stream);
	if (finding->unsaved)
		fprintf(text->stream, "  the schedule could not be written: %s\n",
			finding->unsaved);
	if (!finding->schedule_path)
		return;
	fprintf(text->stream, "  schedule: %s\n", finding->schedule_path);
	fprintf(text->stream, "  replay:   weft replay %s\n", finding->schedule_path);
	if (finding->story)
		fprintf(text->stream, "  explain:  weft explain %s\n", finding->schedule_path);
}

/* An assertion's message alone says no more than the verdict does. */
static bool says_only_assertion(const struct finding *finding)
{
	const char *output = finding->output;

	return output && finding->kind == FINDING_ASSERTION &&
	       strstr(output, ": Assertion `") && strcspn(output, "\n") + 1 >= strlen(output);
}

static bool shows_output(const struct finding *finding)
{
	if (says_only_assertion(finding))
		return false;
	return finding->kind == FINDING_EXIT_STATUS || finding->kind == FINDING_OUTPUT ||
	       finding->kind == FINDING_CRASH || finding->kind == FINDING_ASSERTION ||
	       is_report(finding);
}

int report_finding(const struct finding *finding, enum report_color color, FILE *stream)
{
	struct source_cache source = { .built = source_build_time(finding->recording->maps) };
	struct text text = {
		.finding = finding,
		.recording = finding->recording,
		.symbols = finding->symbols,
		.stream = stream,
		.style = style_for(stream, color),
		.source = &source,
	};
	int r;

	write_header(&text);
	if (!finding->unrepeated)
		text_write_threads(&text);
	if (shows_output(finding) && !finding->unrepeated)
		write_output(&text);
	r = finding->unrepeated || finding_is_note(finding->kind)
		    ? 0
		    : text_write_interleaving(&text);
	if (r >= 0)
		write_story(&text);
	write_files(&text);
	source_cache_release(&source);
	if (r < 0)
		return r;
	return ferror(stream) ? -EIO : 0;
}

char *report_finding_text(const struct finding *finding)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	int r;

	if (!stream)
		return NULL;
	r = report_finding(finding, REPORT_COLOR_NEVER, stream);
	if (fclose(stream) != 0 || r < 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int write_report(const struct report *report, FILE *stream)
{
	int r = 0;

	for (size_t i = 0; i < report->finding_count && r >= 0; i++) {
		if (i)
			fputc('\n', stream);
		r = report_finding(report->findings[i], REPORT_COLOR_AUTO, stream);
	}
	return r;
}

const struct report_ops report_text = { .name = "text", .write = write_report };

const char *report_program(const struct report *report)
{
	return report->command && report->command[0] ? path_last_component(report->command[0])
						     : "";
}
