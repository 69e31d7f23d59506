/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the text report that says how it came about: thread by thread, in order, each
 * line an operation with its source. See text_parts.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/interleaving.h"
#include "tool/analysis/race.h"
#include "tool/report/text_parts.h"
#include "tool/report/words.h"

#define OPERATION_WIDTH 44
/* Places up to here are in a column; the longest of them makes it. */
#define PLACE_WIDTH_MAX 28
#define PATH_WIDTH 10

void text_write_source(const struct text *text, const struct symbol_frame *frame)
{
	const char *line = source_line(text->source, frame->file, frame->line);
	size_t size = line ? strlen(line) : 0;

	if (!size)
		return;
	fprintf(text->stream, " %s%.*s%s%s", text->style->dim, TEXT_SOURCE_WIDTH, line,
		size > TEXT_SOURCE_WIDTH ? "..." : "", text->style->end);
}

/* Without folders: the lines are for reading one after another. */
static const char *short_place(const struct symbol_frame *frame, char place[NAMING_SIZE])
{
	const char *slash;

	naming_place(frame, place);
	slash = strrchr(place, '/');
	return slash ? slash + 1 : place;
}

static int place_width(const struct text *text, const struct step *steps, size_t count)
{
	size_t width = 0;

	for (size_t i = 0; i < count; i++) {
		const struct wire_event *event;
		struct symbol_frame frame;
		char place[NAMING_SIZE];
		size_t len;

		if (steps[i].event == WIRE_NONE || steps[i].kind == STEP_ENDS)
			continue;
		event = &text->recording->events[steps[i].event];
		naming_display(text->recording, text->symbols, event->stack, event->pc, &frame);
		len = strlen(short_place(&frame, place));
		if (len > width && len <= PLACE_WIDTH_MAX)
			width = len;
	}
	return (int)width;
}

static void write_place(const struct text *text, const struct symbol_frame *frame)
{
	char place[NAMING_SIZE];

	fprintf(text->stream, " %-*s",
		source_line(text->source, frame->file, frame->line) ? text->place_width : 0,
		short_place(frame, place));
	text_write_source(text, frame);
	fputc('\n', text->stream);
}

/* How the thread came to leave the processor at its operation. */
static const char *words_after(enum step_kind kind, const struct wire_event *event)
{
	if (kind == STEP_WAITS)
		return " (waits)";
	if (kind != STEP_YIELDS)
		return "";
	switch (event->op) {
	case OP_YIELD:
	case OP_SLEEP:
		return " (lets others go)";
	case OP_THREAD_CREATE:
		return " (then preempted)";
	default:
		return " (spins)";
	}
}

static void write_operation(const struct text *text, const struct step *step)
{
	const struct wire_event *event = &text->recording->events[step->event];
	const struct style *style = text->style;
	const char *after, *choice;
	char words[WORDS_OPERATION], chosen[WORDS_CHOICE];
	struct symbol_frame frame;
	int width = OPERATION_WIDTH;

	words_operation(text->recording, text->symbols, step->event, words);
	after = words_after(step->kind, event);
	if (step->kind != STEP_PREEMPTED && step->kind != STEP_WAITS)
		words_add_result(event, text->symbols, words);
	if (step->kind == STEP_PREEMPTED)
		width -= fprintf(text->stream, "%s-- preempted before: %s", style->mark,
				 style->end) -
			 (int)(strlen(style->mark) + strlen(style->end));
	width -= fprintf(text->stream, "%s%s", words, after);
	choice = words_choice(step, chosen);
	if (choice)
		width -= fprintf(text->stream, " (%s%s%s)", style->mark, choice, style->end) -
			 (int)(strlen(style->mark) + strlen(style->end));
	fprintf(text->stream, "%*s", width > 0 ? width : 0, "");
	naming_display(text->recording, text->symbols, event->stack, event->pc, &frame);
	write_place(text, &frame);
}

static void write_path(const struct text *text, uint32_t thread, bool switched)
{
	const char *path = "";

	if (switched && thread != WIRE_NONE)
		path = text->recording->threads[thread].path;
	fprintf(text->stream, "    %s%-*s%s ", text->style->bold, PATH_WIDTH, path,
		text->style->end);
}

static void write_step(const struct text *text, const struct step *step)
{
	write_path(text, step->thread, step->switched);
	if (step->kind == STEP_ENDS)
		fputs("ends\n", text->stream);
	else if (step->kind == STEP_REPEATED)
		fprintf(text->stream, "%s... the last %u lines, %u times more%s%s\n",
			text->style->dim, step->length, step->count,
			step->varies ? ", with other values" : "", text->style->end);
	else if (step->kind == STEP_OMITTED && step->thread == WIRE_NONE)
		fprintf(text->stream, "%s... and %u more operations of all threads%s\n",
			text->style->dim, step->count, text->style->end);
	else if (step->kind == STEP_OMITTED)
		fprintf(text->stream, "%s... %u operation%s%s\n", text->style->dim, step->count,
			step->count == 1 ? "" : "s", text->style->end);
	else
		write_operation(text, step);
}

/* The last line is the later access, when accesses show at all. */
static void write_race_ending(const struct text *text, uint32_t last)
{
	const struct wire_race *race = &text->recording->races[text->recording->race];
	struct race_events events;
	char name[NAMING_SIZE];

	if (race_events_find(text->recording, race, &events) <= 0)
		return;
	write_path(text, last, false);
	fprintf(text->stream, "%s** races with the %s of %s%s\n", text->style->bad,
		race_access_name(&race->earlier),
		naming_thread(text->recording, text->symbols, race->earlier.thread, name),
		text->style->end);
}

static bool fails_in_a_thread(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_CRASH:
	case FINDING_ASSERTION:
	case FINDING_STACK_OVERFLOW:
	case FINDING_USE_AFTER_FREE:
	case FINDING_DOUBLE_FREE:
	case FINDING_INVALID_FREE:
	case FINDING_MEMORY_ERROR:
		return true;
	default:
		return false;
	}
}

/* Where the interleaving has led to. `last` is the thread told of last. */
static void write_ending(const struct text *text, uint32_t last)
{
	const struct wire_result *result = &text->recording->result;
	struct symbol_frame frame;

	if (text->finding->kind == FINDING_DATA_RACE) {
		write_race_ending(text, last);
	} else if (text->finding->kind == FINDING_LOCK_MISUSE) {
		return;
	} else if (finding_is_deadlock(text->finding->kind)) {
		write_path(text, last, false);
		fprintf(text->stream, "%s** nobody can go on%s\n", text->style->bad,
			text->style->end);
	} else if (result->thread != WIRE_NONE && fails_in_a_thread(text->finding->kind)) {
		write_path(text, result->thread, result->thread != last);
		fprintf(text->stream, "%s%-*s%s", text->style->bad, OPERATION_WIDTH,
			"** fails here", text->style->end);
		naming_display(
			text->recording, text->symbols, result->stack, result->pc, &frame);
		write_place(text, &frame);
	}
}

int text_write_interleaving(struct text *text)
{
	struct step *steps;
	size_t count;
	int r = interleaving_new(text->recording, &steps, &count);

	if (r < 0)
		return r;
	text->place_width = place_width(text, steps, count);
	if (count)
		fprintf(text->stream, "\n  %show it came about%s\n", text->style->bold,
			text->style->end);
	for (size_t i = 0; i < count; i++)
		write_step(text, &steps[i]);
	if (count)
		write_ending(text, steps[count - 1].thread);
	if (text->recording->truncated)
		fputs("    (the record did not fit: the end is missing)\n", text->stream);
	free(steps);
	return 0;
}
