/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns: a row belongs to one thread, so its text may run on over the columns to its
 * right. Too many threads for the width become one column, each row led by its thread. See
 * columns.h.
 */
#include "tool/explain/columns.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/op.h"
#include "tool/report/source.h"
#include "tool/report/style.h"

#define INDENT 2
#define COLUMN_MIN 22
#define THREADS_MAX 16

struct columns {
	struct inquiry *inquiry;
	const struct explanation *explanation;
	FILE *stream;
	const struct style *style;
	struct source_cache source;
	uint32_t threads[THREADS_MAX];
	int count;
	int width; /* of the whole */
	int column_width;
	bool is_list; /* no columns: too many threads */
	uint32_t
		missing_thread; /* whose the explanation's `missing` would have been, or NONE */
};

int columns_terminal_width(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int width = COLUMNS_WIDTH_DEFAULT;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col)
		width = size.ws_col;
	else if (columns && atoi(columns) > 0)
		width = atoi(columns);
	return width < COLUMNS_WIDTH_MIN ? COLUMNS_WIDTH_MIN : width;
}

/* ---- words ---- */

static const char *verb(const struct act *act)
{
	switch (act->kind) {
	case ACT_READ:
		return act->pending ? "would read" : "reads";
	case ACT_WRITE:
		return act->pending ? "would write" : "writes";
	case ACT_UPDATE:
		return act->pending ? "would change" : "changes";
	case ACT_LOCK:
		return act->pending ? "wants" : "locks";
	case ACT_UNLOCK:
		return act->pending ? "would unlock" : "unlocks";
	case ACT_WAIT:
		return "waits for";
	case ACT_WOKEN:
		if (act->what->result == ETIMEDOUT)
			return "gives up waiting for";
		return act->pending  ? "would wait for"
		       : act->waited ? "is woken by"
				     : "returns from";
	case ACT_SIGNAL:
		return act->pending ? "would signal" : "signals";
	case ACT_JOIN:
		return act->pending ? "waits for the end of" : "joins";
	case ACT_FREE:
		return "frees the block";
	case ACT_END:
		return "ends";
	default:
		return NULL;
	}
}

static void access_words(struct inquiry *inquiry, uint32_t index, char words[STEP_WORDS])
{
	const struct act *act = &inquiry->acts.list[index];
	char name[NAMING_SIZE], value[NAMING_SIZE];
	const char *shown = inquiry_value(inquiry, index, value);

	if (act_is_look(&inquiry->acts, index)) {
		snprintf(words, STEP_WORDS, "%s %s %s",
			inquiry_variable(inquiry, act->variable, name),
			act_writes(act) ? "becomes" : "is", shown ? shown : "something else");
		return;
	}
	snprintf(words, STEP_WORDS, "%s %s%s%s", verb(act),
		inquiry_variable(inquiry, act->variable, name), shown ? " = " : "",
		shown ? shown : "");
}

void columns_step_words(struct inquiry *inquiry, uint32_t index, char words[STEP_WORDS])
{
	const struct act *act = &inquiry->acts.list[index];
	const struct wire_event *event = act_event(&inquiry->acts, index);
	char name[NAMING_SIZE] = "";
	const char *what = verb(act);

	if (act->variable != WIRE_NONE) {
		access_words(inquiry, index, words);
		return;
	}
	if (act->kind == ACT_CHOICE) {
		snprintf(words, STEP_WORDS, "weft_choose() gives %" PRId32, event->result);
		return;
	}
	if (event->object != WIRE_NONE && act->kind != ACT_END)
		inquiry_object(inquiry, index, name);
	snprintf(words, STEP_WORDS, "%s%s%s", what ? what : op_name(event->op),
		name[0] ? " " : "", name);
}

/* ---- rows ---- */

static int column_of(const struct columns *columns, uint32_t thread)
{
	for (int i = 0; i < columns->count; i++)
		if (columns->threads[i] == thread)
			return i;
	return 0;
}

static int start_of(const struct columns *columns, uint32_t thread)
{
	if (columns->is_list)
		return INDENT + COLUMN_MIN / 2;
	return INDENT + column_of(columns, thread) * (columns->column_width + 1);
}

/* Cuts what goes beyond the width, in whole characters. */
static void write_cut(const struct columns *columns, const char *text, int room)
{
	int used = 0;
	const char *end = text;

	while (*end && used < room) {
		do
			end++;
		while (((unsigned char)*end & 0xc0) == 0x80);
		used++;
	}
	if (*end && used > 3) {
		for (int i = 0; i < 3; i++)
			do
				end--;
			while (((unsigned char)*end & 0xc0) == 0x80);
		fprintf(columns->stream, "%.*s...", (int)(end - text), text);
		return;
	}
	fprintf(columns->stream, "%.*s", (int)(end - text), text);
}

static void write_place(
	struct columns *columns, const struct explanation_step *step, int start, int *ret_text)
{
	const struct symbol_frame *frame = inquiry_frame(columns->inquiry, step->act);
	const char *line = source_line(&columns->source, frame->file, frame->line);
	char place[NAMING_SIZE];
	int width;

	inquiry_place(columns->inquiry, step->act, place);
	width = (int)strlen(place);
	fprintf(columns->stream, "%s%s%s", columns->style->dim, place, columns->style->end);
	*ret_text = start + width + 2;
	if (line && *ret_text < columns->width) {
		fputs("  ", columns->stream);
		write_cut(columns, line, columns->width - *ret_text);
	}
	fputc('\n', columns->stream);
}

/* At the end of the row where it fits, else below. */
static void write_note(struct columns *columns, const char *note, int used, int start)
{
	if (used + 5 + (int)strlen(note) <= columns->width)
		fprintf(columns->stream, "  %s<- %s%s\n", columns->style->bad, note,
			columns->style->end);
	else {
		fprintf(columns->stream, "\n%*s%s<- ", start, "", columns->style->bad);
		write_cut(columns, note, columns->width - start - 3);
		fprintf(columns->stream, "%s\n", columns->style->end);
	}
}

static void write_step(struct columns *columns, const struct explanation_step *step, int text)
{
	char words[STEP_WORDS];

	columns_step_words(columns->inquiry, step->act, words);
	fprintf(columns->stream, "%*s", text, "");
	write_cut(columns, words, columns->width - text);
	if (step->note)
		write_note(columns, step->note, text + (int)strlen(words), text);
	else
		fputc('\n', columns->stream);
}

/* What stands before a place: blanks up to the column, or the thread. */
static void write_lead(const struct columns *columns, uint32_t thread, bool is_new)
{
	if (columns->is_list)
		fprintf(columns->stream, "%*s%s%-*s%s", INDENT, "", columns->style->bold,
			COLUMN_MIN / 2, is_new ? inquiry_thread(columns->inquiry, thread) : "",
			columns->style->end);
	else
		fprintf(columns->stream, "%*s", start_of(columns, thread), "");
}

static void write_steps(struct columns *columns)
{
	const struct explanation *explanation = columns->explanation;
	const struct act *acts = columns->inquiry->acts.list;
	int text = 0;

	for (size_t i = 0; i < explanation->step_count; i++) {
		const struct explanation_step *step = &explanation->steps[i];
		uint32_t thread = acts[step->act].thread;
		int start = start_of(columns, thread);
		bool goes_on = i && acts[explanation->steps[i - 1].act].thread == thread;

		if (!goes_on || !inquiry_same_line(columns->inquiry, step->act,
					explanation->steps[i - 1].act)) {
			write_lead(columns, thread, !goes_on);
			write_place(columns, step, start, &text);
		}
		write_step(columns, step, text);
	}
}

/* What never came, as it stands in the execution that passed. */
static void write_missing(struct columns *columns)
{
	const struct explanation *e = columns->explanation;
	struct inquiry *inquiry = columns->inquiry;
	uint32_t thread = columns->missing_thread;
	char place[NAMING_SIZE];
	struct symbol_frame frame;
	const char *line;
	int text;

	if (thread == WIRE_NONE)
		return;
	inquiry_passing_frame(inquiry, e->missing, &frame);
	inquiry_passing_place(inquiry, e->missing, place);
	line = source_line(&columns->source, frame.file, frame.line);
	text = start_of(columns, thread) + (int)strlen(place) + 2;
	write_lead(columns, thread, true);
	fprintf(columns->stream, "%s%s%s  ", columns->style->dim, place, columns->style->end);
	if (line)
		write_cut(columns, line, columns->width - text);
	fprintf(columns->stream, "\n%*s%s<- never came to it%s\n", text, "",
		columns->style->bad, columns->style->end);
}

/* ---- around them ---- */

static uint32_t missing_thread(const struct columns *columns)
{
	const struct acts *passing = &columns->inquiry->passing;
	uint32_t missing = columns->explanation->missing;

	if (missing == WIRE_NONE)
		return WIRE_NONE;
	return counterpart_thread(
		passing, passing->list[missing].thread, &columns->inquiry->acts);
}

static void find_threads(struct columns *columns)
{
	const struct explanation *explanation = columns->explanation;
	uint32_t lowest = 0;
	bool more = true;

	while (more && columns->count < THREADS_MAX) {
		uint32_t next = WIRE_NONE;

		for (size_t i = 0; i < explanation->step_count; i++) {
			uint32_t thread =
				columns->inquiry->acts.list[explanation->steps[i].act].thread;

			if (thread >= lowest && thread < next)
				next = thread;
		}
		if (columns->missing_thread >= lowest && columns->missing_thread < next)
			next = columns->missing_thread;
		more = next != WIRE_NONE;
		if (more)
			columns->threads[columns->count++] = next;
		lowest = next + 1;
	}
	if (columns->count)
		columns->column_width =
			(columns->width - INDENT - (columns->count - 1)) / columns->count;
	columns->is_list = columns->column_width < COLUMN_MIN;
}

/* "main.1  withdraw" */
static void heading(const struct columns *columns, uint32_t thread, char text[NAMING_SIZE])
{
	char *open;

	naming_thread(columns->inquiry->recording, columns->inquiry->symbols, thread, text);
	open = strstr(text, " (");
	if (!open)
		return;
	open[1] = ' ';
	memmove(open + 2, open + 2, strlen(open + 2) + 1);
	text[strlen(text) - 1] = '\0';
}

static void write_headings(const struct columns *columns)
{
	char text[NAMING_SIZE];

	if (columns->is_list || !columns->count)
		return;
	for (int i = 0; i < columns->count; i++) {
		heading(columns, columns->threads[i], text);
		text[columns->column_width < NAMING_SIZE ? columns->column_width
							 : NAMING_SIZE - 1] = '\0';
		fprintf(columns->stream, "%*s%s%s%s", i ? 1 : INDENT, "", columns->style->bold,
			text, columns->style->end);
		if (i < columns->count - 1)
			fprintf(columns->stream, "%*s",
				columns->column_width - (int)strlen(text), "");
	}
	fputc('\n', columns->stream);
	for (int i = 0; i < columns->count; i++) {
		fprintf(columns->stream, "%*s", i ? 1 : INDENT, "");
		for (int k = 0; k < columns->column_width; k++)
			fputc('-', columns->stream);
	}
	fputc('\n', columns->stream);
}

static void write_title(const struct columns *columns, const struct finding *finding)
{
	const struct explanation *e = columns->explanation;
	char title[2 * NAMING_SIZE], counts[NAMING_SIZE];
	int gap;

	snprintf(title, sizeof(title), "%s%s%s", explanation_title(e->kind),
		e->subject ? " of " : "", e->subject ? e->subject : "");
	snprintf(counts, sizeof(counts),
		"%d thread%s, %u preemption%s, found at execution %llu", columns->count,
		columns->count == 1 ? "" : "s", finding->preemptions,
		finding->preemptions == 1 ? "" : "s",
		(unsigned long long)finding->first_execution);
	gap = columns->width - (int)strlen(title) - (int)strlen(counts);
	fprintf(columns->stream, "%s%s%s%*s%s\n\n", columns->style->bad, title,
		columns->style->end, gap > 2 ? gap : 2, "", counts);
}

/* Breaks at blanks. */
static void write_wrapped(FILE *stream, const char *text, int width, int indent)
{
	int used = indent;

	fprintf(stream, "%*s", indent, "");
	while (*text) {
		int size = (int)strcspn(text, " ");

		if (used > indent && used + 1 + size > width) {
			fprintf(stream, "\n%*s", indent, "");
			used = indent;
		} else if (used > indent) {
			fputc(' ', stream);
			used++;
		}
		fprintf(stream, "%.*s", size, text);
		used += size;
		text += size;
		text += strspn(text, " ");
	}
	fputc('\n', stream);
}

static void write_remedy(const struct columns *columns)
{
	const struct explanation *e = columns->explanation;

	if (!e->suggestion)
		return;
	fputc('\n', columns->stream);
	write_wrapped(columns->stream, e->suggestion, columns->width, 0);
}

int columns_write(struct explained *explained, FILE *stream, enum report_color color, int width)
{
	struct columns columns = {
		.inquiry = &explained->inquiry,
		.explanation = explained->chosen,
		.stream = stream,
		.style = style_for(stream, color),
		.source.built = source_build_time(explained->finding->recording->maps),
		.width = width,
	};
	const struct finding *finding = explained->finding;
	char *failure;

	columns.missing_thread = missing_thread(&columns);
	find_threads(&columns);
	write_title(&columns, finding);
	write_headings(&columns);
	write_steps(&columns);
	write_missing(&columns);
	failure = inquiry_text("%s: %s", finding_kind_name(finding->kind), finding->summary);
	fputc('\n', stream);
	if (failure)
		write_wrapped(stream, failure, width, 0);
	free(failure);
	if (columns.explanation->sentence) {
		fputc('\n', stream);
		write_wrapped(stream, columns.explanation->sentence, width, 0);
	}
	write_remedy(&columns);
	source_cache_release(&columns.source);
	return ferror(stream) ? -EIO : 0;
}

void columns_write_short(struct explained *explained, FILE *stream, int indent)
{
	const struct explanation *e = explained->chosen;

	if (e->kind == EXPLANATION_NONE || !e->sentence)
		return;
	fprintf(stream, "%*s%s%s%s\n", indent, "", explanation_title(e->kind),
		e->subject ? " of " : "", e->subject ? e->subject : "");
	write_wrapped(stream, e->sentence, COLUMNS_WIDTH_DEFAULT, indent);
}
