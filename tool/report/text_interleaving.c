/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of the text report that says how it came about: thread by thread, in order, each line an
 * operation with its source. See text_parts.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/op.h"
#include "tool/analysis/interleaving.h"
#include "tool/analysis/wait_graph.h"
#include "tool/report/text_parts.h"
#include "tool/symbol/data.h"

#define OPERATION_WIDTH 34
#define PATH_WIDTH 10
#define WORDS_SIZE (3 * NAMING_SIZE)

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

/* The name alone where there is one: the verb says what it is. */
static void name_target(const struct text *text, const struct wire_event *event,
			char target[NAMING_SIZE])
{
	uint64_t address = event->address;

	target[0] = '\0';
	if (event->object != WIRE_NONE) {
		const struct wire_object *object = &text->recording->objects[event->object];

		address = object->kind == WIRE_OBJECT_FD ? 0 : object->address;
	}
	if (address && symbols_data(text->symbols, address, target, NAMING_SIZE) == 0)
		return;
	if (event->object != WIRE_NONE)
		naming_object(text->recording, text->symbols, event->object, target);
	else if (address)
		strcpy(target, "memory");
}

/* The thread that the create event `index` made: the parent's n-th create made its n-th child. */
static uint32_t created_thread(const struct recording *recording, uint32_t index)
{
	uint32_t parent = recording->events[index].thread;
	uint32_t number = 0;

	for (uint32_t i = 0; i <= index; i++) {
		const struct wire_event *event = &recording->events[i];

		number += event->thread == parent && event->op == OP_THREAD_CREATE &&
			  event->decision == WIRE_DECISION_NONE && event->result == 0;
	}
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (recording->threads[i].parent == parent && --number == 0)
			return i;
	return WIRE_NONE;
}

static void name_operation(const struct text *text, uint32_t index, char words[WORDS_SIZE])
{
	const struct recording *recording = text->recording;
	const struct wire_event *event = &recording->events[index];
	char target[NAMING_SIZE];
	uint32_t thread = WIRE_NONE;

	if (event->op == OP_THREAD_CREATE)
		thread = created_thread(recording, index);
	else if (event->op == OP_THREAD_JOIN && event->object != WIRE_NONE)
		thread = wait_graph_joined(recording, event->object);
	if (thread != WIRE_NONE)
		naming_thread(recording, text->symbols, thread, target);
	else
		name_target(text, event, target);
	snprintf(words, WORDS_SIZE, "%s%s%s", op_name(event->op), target[0] ? " " : "", target);
}

/* Operations on objects return an errno when they fail, as those of POSIX threads do. */
static void add_result(const struct wire_event *event, char words[WORDS_SIZE])
{
	size_t size = strlen(words);
	const char *name;

	if (event->object == WIRE_NONE || event->result <= 0)
		return;
	name = strerrorname_np(event->result);
	if (name)
		snprintf(words + size, WORDS_SIZE - size, " = %s", name);
}

static void write_operation(const struct text *text, const struct step *step)
{
	const struct wire_event *event = &text->recording->events[step->event];
	const char *before = "", *after = "";
	char words[WORDS_SIZE], phrase[WORDS_SIZE + 32], place[NAMING_SIZE];
	struct symbol_frame frame;

	name_operation(text, step->event, words);
	if (step->kind == STEP_PREEMPTED)
		before = "-- preempted before ";
	else if (step->kind == STEP_WAITS)
		after = " ... waits";
	else
		add_result(event, words);
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
