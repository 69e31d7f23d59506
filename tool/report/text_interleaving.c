/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the text report that says how it came about: thread by thread, in order, each line an
 * operation with its source. See text_parts.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/analysis/interleaving.h"
#include "tool/report/text_parts.h"
#include "tool/report/words.h"

#define OPERATION_WIDTH 34
#define PATH_WIDTH 10

time_t text_build_time(const struct recording *recording)
{
	const char *path = strchr(recording->maps, '/');
	struct stat status;
	time_t built = 0;
	char *copy;

	/* The first file of a memory map is the program itself. */
	copy = path ? strndup(path, strcspn(path, "\n")) : NULL;
	if (copy && stat(copy, &status) == 0)
		built = status.st_mtime;
	free(copy);
	return built;
}

void text_write_source(const struct text *text, const struct symbol_frame *frame)
{
	const char *line = source_line(text->source, frame->file, frame->line);
	size_t size = line ? strlen(line) : 0;

	if (!size)
		return;
	fprintf(text->stream, " %s%.*s%s%s", text->style->dim, TEXT_SOURCE_WIDTH, line,
		size > TEXT_SOURCE_WIDTH ? "..." : "", text->style->end);
}

static void write_operation(const struct text *text, const struct step *step)
{
	const struct wire_event *event = &text->recording->events[step->event];
	const char *before = "", *after = "";
	char words[WORDS_OPERATION], phrase[WORDS_OPERATION + 32], place[NAMING_SIZE];
	struct symbol_frame frame;

	words_operation(text->recording, text->symbols, step->event, words);
	if (step->kind == STEP_PREEMPTED)
		before = "-- preempted before ";
	else if (step->kind == STEP_WAITS)
		after = " ... waits";
	else
		words_add_result(event, words);
	snprintf(phrase, sizeof(phrase), "%s%s%s", before, words, after);
	naming_display(text->recording, text->symbols, event->stack, event->pc, &frame);
	fprintf(text->stream, "%s%-*s%s %-18s", step->kind == STEP_PREEMPTED ? text->style->mark : "",
		OPERATION_WIDTH, phrase, step->kind == STEP_PREEMPTED ? text->style->end : "",
		naming_place(&frame, place));
	text_write_source(text, &frame);
	fputc('\n', text->stream);
}

static void write_step(const struct text *text, const struct step *step)
{
	const char *path = text->recording->threads[step->thread].path;

	fprintf(text->stream, "    %s%-*s%s ", text->style->bold, PATH_WIDTH,
		step->switched ? path : "", text->style->end);
	if (step->kind == STEP_OMITTED)
		fprintf(text->stream, "%s... %u operation%s%s\n", text->style->dim, step->count,
			step->count == 1 ? "" : "s", text->style->end);
	else
		write_operation(text, step);
}

int text_write_interleaving(const struct text *text)
{
	struct step *steps;
	size_t count;
	int r = interleaving_new(text->recording, &steps, &count);

	if (r < 0)
		return r;
	if (count)
		fprintf(text->stream, "\n  %show it came about%s\n", text->style->bold,
			text->style->end);
	for (size_t i = 0; i < count; i++)
		write_step(text, &steps[i]);
	if (text->recording->truncated)
		fputs("    (the record did not fit: the end is missing)\n", text->stream);
	free(steps);
	return 0;
}
