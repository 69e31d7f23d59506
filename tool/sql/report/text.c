/* SPDX-License-Identifier: Apache-2.0 */
/* The report for people; see report.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tool/sql/report/columns.h"
#include "tool/sql/report/report.h"

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void add_order(
	const struct spec *spec, const struct serial_order *order, struct text *text)
{
	for (unsigned int i = 0; i < order->count; i++)
		text_addf(text, "%s%s", i ? ", then " : "",
			spec->sessions[order->sessions[i]]->name);
	if (!order->count)
		text_add_string(text, "no session at all");
}

static void add_fault(const struct spec_fault *fault, struct text *text)
{
	static const char *const words[] = {
		[FAULT_CRASH] = "when the session crashes after step",
		[FAULT_FAIL] = "when this step fails:",
		[FAULT_REPEAT_STEP] = "when it is done twice: step",
		[FAULT_REPEAT_SESSION] = "when it is done twice: session",
	};

	text_addf(text, "%s '%s'", words[fault->kind], fault->name);
}

void sql_finding_reason(const struct sql_campaign *campaign, const struct sql_finding *finding,
	struct text *text)
{
	(void)campaign;
	switch (finding->kind) {
	case SQL_ANOMALY:
		text_add_string(text, anomaly_sentence(finding->anomaly));
		break;
	case SQL_INVARIANT:
		text_addf(text, "the invariant '%s' does not hold at the end", finding->detail);
		break;
	case SQL_HALF_DONE:
		text_add_string(text, "a part of the session's work stays behind ");
		add_fault(finding->fault, text);
		break;
	case SQL_NOT_IDEMPOTENT:
		text_add_string(text, "it makes a difference ");
		add_fault(finding->fault, text);
		break;
	case SQL_DEADLOCK:
		text_add_string(text,
			"the sessions wait for each other; the one that is made to "
			"fail is not tried again");
		break;
	case SQL_SERIALIZATION:
		text_add_string(text,
			"the engine makes a transaction fail to keep the data "
			"right, and the session does not try again (often enough)");
		break;
	case SQL_TIMEOUT:
		text_add_string(text, "a step did not come to its end within the time limit");
		break;
	case SQL_KINDS:
		break;
	}
}

static const struct sql_level *level_of(
	const struct sql_campaign *campaign, enum spec_level level)
{
	for (size_t i = 0; i < campaign->level_count; i++)
		if (campaign->levels[i].level == level)
			return &campaign->levels[i];
	return NULL;
}

static void write_title(const struct sql_campaign *campaign, const struct sql_finding *finding,
	const struct style *style, FILE *stream)
{
	const struct sql_level *level = level_of(campaign, finding->level);
	const char *symbol =
		finding->kind == SQL_ANOMALY ? anomaly_symbol(finding->anomaly) : "";
	struct text reason = { 0 };

	fprintf(stream, "%s%s%s", style->bad, sql_finding_title(finding), style->end);
	if (*symbol)
		fprintf(stream, " (%s)", symbol);
	fprintf(stream, " at isolation level '%s' in %" PRIu64 " of %" PRIu64 " execution%s\n",
		spec_level_name(finding->level), finding->executions,
		level ? level->executions : 0, plural(level ? level->executions : 0));
	sql_finding_reason(campaign, finding, &reason);
	fprintf(stream, "  %s\n", reason.text);
	text_release(&reason);
}

/* ---- findings that one execution shows are told together ---- */

static bool same_execution(const struct sql_finding *a, const struct sql_finding *b)
{
	const struct sql_trace *of_a = &a->shortest, *of_b = &b->shortest;

	if (a->level != b->level || a->fault != b->fault ||
		of_a->action_count != of_b->action_count)
		return false;
	for (size_t i = 0; i < of_a->action_count; i++)
		if (of_a->actions[i].kind != of_b->actions[i].kind ||
			of_a->actions[i].session != of_b->actions[i].session)
			return false;
	return true;
}

/* Those that are told together, in their order. */
struct group {
	const struct sql_finding *const *findings;
	size_t count;
};

static void write_end(const struct sql_campaign *campaign, const struct sql_finding *finding,
	bool beside_serial, FILE *stream)
{
	const struct engine_schema *schema = &campaign->engine->schema;
	struct text order = { 0 };

	fprintf(stream, "\n  at the end\n");
	columns_write_data(campaign->spec, schema, finding->shortest.final, "    ", stream);
	if (beside_serial) {
		add_order(campaign->spec, &finding->order, &order);
		fprintf(stream, "  in the nearest serial order: %s\n", order.text);
		columns_write_data(
			campaign->spec, schema, finding->serial.final, "    ", stream);
		text_release(&order);
	}
	fputc('\n', stream);
}

static bool is_about_serial_order(const struct sql_finding *finding)
{
	return finding->has_order &&
	       (finding->kind == SQL_ANOMALY || finding->kind == SQL_HALF_DONE ||
		       finding->kind == SQL_NOT_IDEMPOTENT);
}

static void write_group(const struct sql_campaign *campaign, const struct group *group,
	enum report_color color, FILE *stream)
{
	const struct style *style = style_for(stream, color);
	const struct sql_finding *first = group->findings[0];
	unsigned int shown = campaign->replays;
	bool beside_serial = false;

	for (size_t i = 0; i < group->count; i++) {
		const struct sql_finding *finding = group->findings[i];

		write_title(campaign, finding, style, stream);
		beside_serial |= is_about_serial_order(finding);
		shown = finding->confirmed < shown ? finding->confirmed : shown;
	}
	fputc('\n', stream);
	sql_columns_write(campaign->spec, &first->shortest, style, stream);
	write_end(campaign, first, beside_serial, stream);
	/* Once: this is the replay. */
	if (campaign->replays > 1)
		fprintf(stream, "  run again %u times, shown %u times\n", campaign->replays,
			shown);
	for (size_t i = 0; i < group->count; i++)
		if (group->findings[i]->schedule_path)
			fprintf(stream, "  weft replay %s\n",
				group->findings[i]->schedule_path);
	fputc('\n', stream);
}

void sql_report_finding(const struct sql_campaign *campaign, const struct sql_finding *finding,
	enum report_color color, FILE *stream)
{
	const struct sql_finding *const one[] = { finding };

	write_group(campaign, &(struct group){ .findings = one, .count = 1 }, color, stream);
}

void sql_report_findings(
	const struct sql_campaign *campaign, enum report_color color, FILE *stream)
{
	size_t count = campaign->finding_count;
	const struct sql_finding **told = calloc(count + 1, sizeof(struct sql_finding *));
	struct group group = { .findings = told };

	for (size_t i = 0; told && i < count; i++) {
		bool is_first = true;

		for (size_t j = 0; j < i; j++)
			is_first &=
				!same_execution(campaign->findings[j], campaign->findings[i]);
		if (!is_first)
			continue;
		group.count = 0;
		for (size_t j = i; j < count; j++)
			if (same_execution(campaign->findings[i], campaign->findings[j]))
				told[group.count++] = campaign->findings[j];
		write_group(campaign, &group, color, stream);
	}
	free(told);
}

static void write_levels(const struct sql_campaign *campaign, FILE *stream)
{
	fprintf(stream, "%-18s %12s %10s %10s %10s\n", "isolation level", "executions", "wrong",
		"deadlock", "refused");
	for (size_t i = 0; i < campaign->level_count; i++) {
		const struct sql_level *l = &campaign->levels[i];

		fprintf(stream,
			"%-18s %12" PRIu64 " %10" PRIu64 " %10" PRIu64 " %10" PRIu64 "%s\n",
			spec_level_name(l->level), l->executions, l->bad, l->with_deadlock,
			l->with_failure, l->complete ? "" : "  (not all)");
		if (l->needless_known)
			fprintf(stream,
				"%-18s refused needlessly: %" PRIu64 " of %" PRIu64 "\n", "",
				l->needless, l->needless_known);
		if (l->divergences)
			fprintf(stream,
				"%-18s the same steps did not do the same %" PRIu64
				" time%s: something else uses this database\n",
				"", l->divergences, plural(l->divergences));
	}
	fputc('\n', stream);
}

static void write_tried(const struct sql_fix *fix, const struct style *style, FILE *stream)
{
	fprintf(stream,
		"  %-30s %s, %" PRIu64 " of %" PRIu64 " still, %" PRIu64 " deadlock, %" PRIu64
		" aborted%s\n",
		fix->title, fix->findings ? "does not help" : "helps", fix->findings,
		fix->result.executions, fix->result.with_deadlock, fix->result.aborted_sessions,
		fix->result.complete ? "" : " (not all tried)");
	if (*fix->change)
		fprintf(stream, "  %s%-30s %s%s\n", style->dim, "", fix->change, style->end);
}

static size_t count_tried(const struct sql_campaign *campaign)
{
	size_t count = 0;

	for (size_t i = 0; i < campaign->fix_count; i++)
		count += campaign->fixes[i].applies;
	return count;
}

static void write_fixes(
	const struct sql_campaign *campaign, const struct style *style, FILE *stream)
{
	size_t tried = count_tried(campaign);

	if (tried)
		fprintf(stream, "%sfixes, tried by running again%s\n", style->bold, style->end);
	for (size_t i = 0; i < campaign->fix_count; i++)
		if (campaign->fixes[i].applies)
			write_tried(&campaign->fixes[i], style, stream);
	if (tried < campaign->fix_count)
		fprintf(stream, "%s%sfixes that were not tried\n", tried ? "\n" : "",
			style->dim);
	for (size_t i = 0; i < campaign->fix_count; i++)
		if (!campaign->fixes[i].applies)
			fprintf(stream, "  %s: %s\n", campaign->fixes[i].title,
				campaign->fixes[i].change);
	if (tried < campaign->fix_count)
		fputs(style->end, stream);
	if (campaign->fix_count)
		fputc('\n', stream);
}

void sql_report_text(const struct sql_campaign *campaign, enum report_color color, FILE *stream)
{
	const struct style *style = style_for(stream, color);
	double seconds = (double)campaign->elapsed_ns / 1e9;

	sql_report_findings(campaign, color, stream);
	write_levels(campaign, stream);
	write_fixes(campaign, style, stream);
	fprintf(stream,
		"%s on %s %s: %" PRIu64 " executions in %.2f s (%.0f/s), %zu finding%s%s\n",
		campaign->spec->name, spec_engine_name(campaign->engine->ops->id),
		campaign->engine->version, campaign->executions, seconds,
		seconds > 0 ? (double)campaign->executions / seconds : 0.0,
		campaign->finding_count, plural(campaign->finding_count),
		campaign->interrupted	? "; interrupted"
		: campaign->out_of_time ? "; the time was up"
					: "");
}
