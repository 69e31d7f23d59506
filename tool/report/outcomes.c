/* SPDX-License-Identifier: Apache-2.0 */
/* The table of outcomes for people; see outcomes.h. */
#include "tool/report/outcomes.h"

#include <errno.h>
#include <inttypes.h>

#include "tool/report/style.h"

#define INDENT 24

const char *outcome_need_words(enum outcome_need need)
{
	switch (need) {
	case OUTCOME_NEEDS_ONE:
		return "needs a preemption";
	case OUTCOME_UNSEEN:
		return "not seen without a preemption";
	default:
		return NULL;
	}
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void write_summary(const struct outcomes_report *report, FILE *stream)
{
	size_t failures = 0;
	size_t outcomes;

	for (size_t i = 0; i < report->row_count; i++)
		failures += report->rows[i].is_failure;
	outcomes = report->row_count - failures;
	fprintf(stream, "%zu outcome%s", outcomes, plural(outcomes));
	if (failures)
		fprintf(stream, " and %zu failure%s", failures, plural(failures));
	fprintf(stream, " in %" PRIu64 " execution%s%s\n", report->executions,
		plural(report->executions), report->interrupted ? " (interrupted)" : "");
}

static void write_what(const struct outcomes_row *row, const struct style *style, FILE *stream)
{
	if (row->is_failure)
		fprintf(stream, "%s%s:%s %s", style->bad, finding_kind_name(row->finding->kind),
			style->end, row->finding->summary);
	else
		outcome_line_write(&row->text, stream);
	fputc('\n', stream);
}

static void write_note(
	const struct style *style, const char *before, const char *text, FILE *stream)
{
	fprintf(stream, "%*s%s%s%s%s\n", INDENT, "", style->dim, before, text, style->end);
}

/* What is not in the columns, each on a line of its own. */
static void write_notes(const struct outcomes_report *report, const struct outcomes_row *row,
	const struct style *style, FILE *stream)
{
	const struct finding *finding = row->finding;
	const char *need = outcome_need_words(row->need);

	if (report->has_expected && !row->expected)
		fprintf(stream, "%*s%snot expected%s\n", INDENT, "", style->bad, style->end);
	if (need)
		fprintf(stream, "%*s%s%s%s\n", INDENT, "", style->mark, need, style->end);
	if (finding && finding->schedule_path)
		write_note(style, "weft replay ", finding->schedule_path, stream);
	else if (!finding)
		write_note(style, "", "no schedule: there are too many outcomes", stream);
	if (finding && finding->unsaved)
		write_note(style, "no schedule: ", finding->unsaved, stream);
	if (finding && finding->reason)
		write_note(style, "not deterministic here: ", finding->reason, stream);
}

static void write_row(const struct outcomes_report *report, const struct outcomes_row *row,
	const struct style *style, FILE *stream)
{
	fprintf(stream, "%8" PRIu64 "  ", row->times_seen);
	if (row->finding && row->finding->replays)
		fprintf(stream, "%11" PRIu32 "   ", row->finding->preemptions);
	else
		fprintf(stream, "%11s   ", "?");
	write_what(row, style, stream);
	write_notes(report, row, style, stream);
}

static void write_footer(const struct outcomes_report *report, FILE *stream)
{
	if (report->all_nonpreemptive)
		fprintf(stream,
			"\nall %" PRIu64 " execution%s without preemption %s tried besides\n",
			report->nonpreemptive, plural(report->nonpreemptive),
			report->nonpreemptive == 1 ? "was" : "were");
	else if (report->nonpreemptive)
		fprintf(stream,
			"\n%" PRIu64
			" executions without preemption were tried besides; there are more\n",
			report->nonpreemptive);
	for (size_t i = 0; i < report->missing_count; i++)
		fprintf(stream, "expected but not seen: %s\n", report->missing[i]);
}

int outcomes_write_text(
	const struct outcomes_report *report, enum report_color color, FILE *stream)
{
	const struct style *style = style_for(stream, color);

	write_summary(report, stream);
	if (report->row_count)
		fprintf(stream, "\n%s%8s  %11s   %s%s\n", style->bold, "times", "preemptions",
			"outcome", style->end);
	for (size_t i = 0; i < report->row_count; i++)
		write_row(report, &report->rows[i], style, stream);
	write_footer(report, stream);
	return ferror(stream) ? -EIO : 0;
}
