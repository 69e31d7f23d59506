/* SPDX-License-Identifier: Apache-2.0 */
/* The part of the text report that says where the involved threads are; see text_parts.h. */
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/block.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/lost_wakeup.h"
#include "tool/analysis/spins.h"
#include "tool/analysis/wait_graph.h"
#include "tool/analysis/wakers.h"
#include "tool/report/text_parts.h"
#include "tool/report/words.h"

/* Threads told of one by one; of more, only how many. */
#define THREADS_TOLD 12
/* Of one stack, innermost and outermost. */
#define FRAMES_INNER 9
#define FRAMES_OUTER 3

/*
 * What the C library runs below main and below a thread's routine is left out, and what the
 * system does above the user's last call; but when there is nothing else, as for destructors at
 * exit.
 */
static size_t frames_to_tell(const struct symbol_frame *frames, size_t count, size_t *ret_begin)
{
	size_t begin = 0, end = count;

	while (end > 0 && (frames[end - 1].is_system || !frames[end - 1].module ||
				  !frames[end - 1].function))
		end--;
	if (end == 0)
		end = count;
	else
		while (begin + 1 < end && frames[begin].is_system)
			begin++;
	*ret_begin = begin;
	return end;
}

static void write_frame(
	const struct text *text, const struct symbol_frame *frame, const char *lead)
{
	char name[NAMING_SIZE];

	naming_frame(frame, name);
	if (source_line(text->source, frame->file, frame->line))
		fprintf(text->stream, "      %s %-*s", lead, TEXT_PLACE_WIDTH, name);
	else
		fprintf(text->stream, "      %s %s", lead, name);
	text_write_source(text, frame);
	fputc('\n', text->stream);
}

void text_write_stack(const struct text *text, uint32_t stack, uint64_t pc)
{
	struct symbol_frame frames[NAMING_FRAMES];
	size_t left_out;
	size_t count =
		naming_stack_ends(text->recording, text->symbols, stack, pc, frames, &left_out);
	size_t begin, end = frames_to_tell(frames, count, &begin);
	size_t more;

	more = end - begin > FRAMES_INNER + FRAMES_OUTER
		       ? end - begin - FRAMES_INNER - FRAMES_OUTER
		       : 0;
	for (size_t i = begin; i < end; i++) {
		if (more && i == begin + FRAMES_INNER) {
			fprintf(text->stream, "         ... %zu more calls\n", more + left_out);
			i += more;
		}
		write_frame(text, &frames[i], i == begin ? "at" : "  ");
	}
}

static void write_thread_title(const struct text *text, uint32_t thread)
{
	char name[NAMING_SIZE];

	fprintf(text->stream, "\n  %s%s%s\n", text->style->bold,
		naming_thread(text->recording, text->symbols, thread, name), text->style->end);
}

/* ---- who waits for what ---- */

static void write_holders(const struct text *text, uint32_t object)
{
	const struct wire_object *o = &text->recording->objects[object];
	char name[NAMING_SIZE];

	for (uint32_t i = 0; i < o->holder_count && i < WIRE_HOLDERS; i++) {
		uint32_t holder = o->holders[i];

		if (holder == WIRE_NONE)
			continue;
		fprintf(text->stream, "%s%s", i ? ", " : ", held by ",
			naming_thread(text->recording, text->symbols, holder, name));
		if (text->recording->threads[holder].state == WIRE_THREAD_FINISHED)
			fputs(", which has ended", text->stream);
	}
}

/* Where those acquired it that ended without giving it back: no other part tells of them. */
static void write_taken_along(const struct text *text, uint32_t object)
{
	const struct wire_object *o = &text->recording->objects[object];
	char name[NAMING_SIZE];

	for (uint32_t i = 0; i < o->holder_count && i < WIRE_HOLDERS; i++) {
		uint32_t holder = o->holders[i];

		if (holder == WIRE_NONE ||
			text->recording->threads[holder].state != WIRE_THREAD_FINISHED)
			continue;
		fprintf(text->stream, "    acquired by %s\n",
			naming_thread(text->recording, text->symbols, holder, name));
		text_write_stack(text, o->holder_stacks[i], o->holder_pcs[i]);
	}
}

static void write_wait(const struct text *text, uint32_t thread)
{
	const struct wire_thread *t = &text->recording->threads[thread];
	char wait[NAMING_SIZE];

	fprintf(text->stream, "    waits %s",
		naming_wait(text->recording, text->symbols, thread, wait));
	if (t->wait_object != WIRE_NONE)
		write_holders(text, t->wait_object);
	fputc('\n', text->stream);
	text_write_stack(text, t->stack, t->pc);
	if (t->wait_object != WIRE_NONE)
		write_taken_along(text, t->wait_object);
}

static void write_held(const struct text *text, uint32_t thread)
{
	const struct recording *recording = text->recording;
	char name[NAMING_SIZE];

	for (uint32_t i = 0; i < recording->object_count; i++) {
		uint32_t holding = wait_graph_holding(recording, i, thread);

		if (holding == WIRE_NONE)
			continue;
		fprintf(text->stream, "    holds %s, acquired\n",
			naming_object(recording, text->symbols, i, name));
		text_write_stack(text, recording->objects[i].holder_stacks[holding],
			recording->objects[i].holder_pcs[holding]);
	}
}

static void write_lost_signal(const struct text *text, uint32_t thread)
{
	const struct recording *recording = text->recording;
	uint32_t signal = lost_wakeup_signal(recording, thread);
	const struct wire_event *event;
	char name[NAMING_SIZE];

	if (signal == WIRE_NONE)
		return;
	event = &recording->events[signal];
	fprintf(text->stream,
		"    the last %s came before this wait, when nobody waited: from %s\n",
		event->op == OP_COND_BROADCAST ? "broadcast" : "signal",
		naming_thread(recording, text->symbols, event->thread, name));
	text_write_stack(text, event->stack, event->pc);
}

/* Where a thread is that could have ended the wait. */
static void write_whereabouts(const struct text *text, uint32_t thread)
{
	const struct wire_thread *t = &text->recording->threads[thread];
	char wait[NAMING_SIZE];

	if (t->state == WIRE_THREAD_FINISHED)
		fputs("      and has ended since\n", text->stream);
	else if (t->state == WIRE_THREAD_WAITING)
		fprintf(text->stream, "      and now waits %s\n",
			naming_wait(text->recording, text->symbols, thread, wait));
}

/* Of waits that no holder ends: who ended some of them before. */
static void write_wakers(const struct text *text, uint32_t thread)
{
	const struct recording *recording = text->recording;
	uint32_t object = recording->threads[thread].wait_object;
	const char *verb =
		object == WIRE_NONE ? NULL : waker_verb(recording->objects[object].kind);
	struct waker *wakers = NULL;
	char name[NAMING_SIZE];
	int count = verb ? wakers_find(recording, object, &wakers) : 0;

	if (verb && count == 0)
		fprintf(text->stream, "    nobody has %s it in this execution\n", verb);
	for (int i = 0; i < count && i < THREADS_TOLD; i++) {
		const struct wire_event *event = &recording->events[wakers[i].event];

		fprintf(text->stream, "    %s before by %s, %u time%s, last\n", verb,
			naming_thread(recording, text->symbols, wakers[i].thread, name),
			wakers[i].count, wakers[i].count == 1 ? "" : "s");
		text_write_stack(text, event->stack, event->pc);
		write_whereabouts(text, wakers[i].thread);
	}
	free(wakers);
}

static void write_waiting_thread(const struct text *text, uint32_t thread)
{
	write_thread_title(text, thread);
	write_wait(text, thread);
	write_held(text, thread);
	if (lost_wakeup_signal(text->recording, thread) != WIRE_NONE)
		write_lost_signal(text, thread);
	else
		write_wakers(text, thread);
}

static bool contains(const uint32_t *threads, int count, uint32_t thread)
{
	for (int i = 0; i < count; i++)
		if (threads[i] == thread)
			return true;
	return false;
}

/* Those who only wait for the involved ones: named in a line each. */
static void write_bystanders(const struct text *text, const uint32_t *involved, int count)
{
	const struct recording *recording = text->recording;
	char name[NAMING_SIZE], what[NAMING_SIZE];
	size_t told = 0, more = 0;

	for (uint32_t i = 0; i < recording->thread_count; i++) {
		const struct wire_thread *t = &recording->threads[i];

		if (t->state != WIRE_THREAD_WAITING || contains(involved, count, i))
			continue;
		if (told++ >= THREADS_TOLD) {
			more++;
			continue;
		}
		fprintf(text->stream, "%s  %s waits %s\n", told == 1 ? "\n" : "",
			naming_thread(recording, text->symbols, i, name),
			naming_wait(recording, text->symbols, i, what));
	}
	if (more)
		fprintf(text->stream, "  ... and %zu more threads wait\n", more);
}

static void write_deadlock(const struct text *text, const uint32_t *threads, int count)
{
	for (int i = 0; i < count && i < THREADS_TOLD; i++)
		write_waiting_thread(text, threads[i]);
	if (count > THREADS_TOLD)
		fprintf(text->stream, "\n  ... and %d more threads\n", count - THREADS_TOLD);
	write_bystanders(text, threads, count);
}

/* What a thread looks at again and again, and what it saw there last. */
static void write_spins(const struct text *text, uint32_t thread)
{
	uint32_t events[SPINS_MAX];
	size_t count = text->recording->threads[thread].spinning
			       ? spins_of(text->recording, thread, events)
			       : 0;
	char words[WORDS_OPERATION];

	for (size_t i = 0; i < count; i++) {
		const struct wire_event *event = &text->recording->events[events[i]];

		words_operation(text->recording, text->symbols, events[i], words);
		words_add_result(event, text->symbols, words);
		fprintf(text->stream, "    again and again: %s\n", words);
		text_write_stack(text, event->stack, event->pc);
	}
}

static void write_running(const struct text *text, const uint32_t *threads, int count)
{
	for (int i = 0; i < count && i < THREADS_TOLD; i++) {
		const struct wire_thread *t = &text->recording->threads[threads[i]];

		write_thread_title(text, threads[i]);
		fprintf(text->stream, "    %s in %s\n", t->spinning ? "spins" : "runs",
			op_name(t->op));
		text_write_stack(text, t->stack, t->pc);
		write_spins(text, threads[i]);
		write_held(text, threads[i]);
	}
	if (count > THREADS_TOLD)
		fprintf(text->stream, "\n  ... and %d more threads\n", count - THREADS_TOLD);
	write_bystanders(text, threads, count);
}

/* ---- who failed ---- */

static void write_failed(const struct text *text)
{
	const struct wire_result *result = &text->recording->result;

	if (result->stack == WIRE_NONE && !result->pc)
		return;
	write_thread_title(text, result->thread);
	if (text->finding->kind == FINDING_ASSERTION && strchr(result->message, '\n'))
		fprintf(text->stream, "    %s\n", result->message);
	text_write_stack(text, result->stack, result->pc);
	if (result->thread != WIRE_NONE)
		write_held(text, result->thread);
}

static void write_event_of_block(
	const struct text *text, const char *what, uint32_t thread, uint32_t stack, uint64_t pc)
{
	char name[NAMING_SIZE];

	if (thread == WIRE_NONE)
		return;
	fprintf(text->stream, "\n  %s by %s%s%s\n", what, text->style->bold,
		naming_thread(text->recording, text->symbols, thread, name), text->style->end);
	text_write_stack(text, stack, pc);
}

static void write_misuse(const struct text *text)
{
	const struct wire_block *block = block_of_failure(text->recording);

	write_failed(text);
	if (!block)
		return;
	write_event_of_block(text, "the block was freed before", block->free_thread,
		block->free_stack, block->free_pc);
	write_event_of_block(text, "it was allocated", block->alloc_thread, block->alloc_stack,
		block->alloc_pc);
}

void text_write_threads(const struct text *text)
{
	uint32_t *threads = NULL;
	bool is_cycle, waits;
	int count;

	switch (text->finding->kind) {
	case FINDING_DEADLOCK:
	case FINDING_LOST_WAKEUP:
	case FINDING_LIVELOCK:
	case FINDING_HANG:
		count = locations_involved(
			text->recording, text->finding->kind, &threads, &is_cycle);
		waits = finding_is_deadlock(text->finding->kind) ||
			(text->recording->result.limits & WIRE_LIMIT_SIGNAL_AWAITED);
		if (count > 0 && waits)
			write_deadlock(text, threads, count);
		else if (count >= 0)
			write_running(text, threads, count);
		free(threads);
		break;
	case FINDING_DATA_RACE:
		text_write_race(text);
		break;
	case FINDING_LOCK_MISUSE:
		text_write_misuse(text);
		break;
	case FINDING_LOCK_ORDER:
		text_write_order(text);
		break;
	case FINDING_CRASH:
	case FINDING_ASSERTION:
	case FINDING_STACK_OVERFLOW:
	case FINDING_MEMORY_ERROR:
		write_failed(text);
		break;
	case FINDING_USE_AFTER_FREE:
	case FINDING_DOUBLE_FREE:
	case FINDING_INVALID_FREE:
		write_misuse(text);
		break;
	default:
		break;
	}
}
