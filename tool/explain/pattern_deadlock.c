/* SPDX-License-Identifier: Apache-2.0 */
/* Nobody can go on: threads that wait for one another, or for a signal that came too early. */
#include <stdio.h>
#include <stdlib.h>

#include "common/op.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/lost_wakeup.h"
#include "tool/analysis/wait_graph.h"
#include "tool/explain/inquiry.h"

#define SCORE_CERTAIN 1000
#define SCORE_LIKELY 150

/* The last act by which the thread took the object, or WIRE_NONE. */
static uint32_t taken_by(const struct acts *acts, uint32_t thread, uint32_t object)
{
	uint32_t i = acts->last[thread];

	while (i != WIRE_NONE && (acts->list[i].pending || acts->list[i].kind != ACT_LOCK ||
					 act_event(acts, i)->object != object))
		i = acts->list[i].previous;
	return i;
}

/* One thread of the cycle: what it holds that the one before waits for. */
struct link {
	uint32_t thread;
	uint32_t held;	 /* act, or WIRE_NONE: it waits for a thread's end, say */
	uint32_t wanted; /* act */
};

static struct link find_link(const struct acts *acts, const uint32_t *threads, int count, int i)
{
	const struct recording *recording = acts->recording;
	uint32_t before = threads[(i + count - 1) % count];
	uint32_t object = recording->threads[before].wait_object;
	struct link link = {
		.thread = threads[i],
		.held = WIRE_NONE,
		.wanted = acts->last[threads[i]],
	};

	if (object != WIRE_NONE && recording->objects[object].kind != WIRE_OBJECT_THREAD)
		link.held = taken_by(acts, threads[i], object);
	return link;
}

static void write_link(struct inquiry *inquiry, const struct link *link, FILE *stream)
{
	char held[NAMING_SIZE], wanted[NAMING_SIZE], at[NAMING_SIZE];

	fputs(inquiry_thread(inquiry, link->thread), stream);
	if (link->held != WIRE_NONE)
		fprintf(stream, " holds %s, taken at %s,",
			inquiry_object(inquiry, link->held, held),
			inquiry_place(inquiry, link->held, at));
	if (link->wanted == WIRE_NONE)
		return;
	inquiry_place(inquiry, link->wanted, at);
	fprintf(stream, "%s waits %s at %s", link->held != WIRE_NONE ? " and" : "",
		naming_wait(inquiry->recording, inquiry->symbols, link->thread, wanted), at);
}

static void add_link(
	struct inquiry *inquiry, struct explanation *e, const struct link *link, FILE *stream)
{
	struct remedy *remedy = &e->remedy;

	if (link->held != WIRE_NONE)
		explanation_add(e, link->held, true, NULL);
	if (link->wanted != WIRE_NONE)
		explanation_add(e, link->wanted, true, inquiry_text("waits for ever"));
	write_link(inquiry, link, stream);
	if (link->held != WIRE_NONE && link->wanted != WIRE_NONE &&
		remedy->count + 2 <= REMEDY_ACTS_MAX) {
		remedy->kind = REMEDY_ATOMIC;
		remedy->acts[remedy->count++] = link->held;
		remedy->acts[remedy->count++] = link->wanted;
	}
}

/* "`lock_a` and `lock_b`" of those that are held. */
static void name_locks(
	struct inquiry *inquiry, struct explanation *e, const uint32_t *threads, int count)
{
	char name[NAMING_SIZE];
	size_t size;
	FILE *stream = open_memstream(&e->subject, &size);
	int told = 0;

	if (!stream)
		return;
	for (int i = 0; i < count; i++) {
		struct link link = find_link(&inquiry->acts, threads, count, i);

		if (link.held != WIRE_NONE)
			fprintf(stream, "%s`%s`",
				!told++		 ? ""
				: i == count - 1 ? " and "
						 : ", ",
				inquiry_object(inquiry, link.held, name));
	}
	fclose(stream);
	if (!told) {
		free(e->subject);
		e->subject = NULL;
	}
}

static void add_cycle(struct inquiry *inquiry, const uint32_t *threads, int count)
{
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_DEADLOCK, SCORE_CERTAIN);
	size_t size;
	FILE *stream = e ? open_memstream(&e->sentence, &size) : NULL;

	if (!stream)
		return;
	for (int i = 0; i < count; i++) {
		struct link link = find_link(&inquiry->acts, threads, count, i);

		if (i)
			fputs("; ", stream);
		add_link(inquiry, e, &link, stream);
	}
	fputs(count == 1 ? ", which it holds itself." : ".", stream);
	fclose(stream);
	name_locks(inquiry, e, threads, count);
}

/* Did the thread signal what `waiter` waits for, in the list? */
static bool has_signalled(const struct acts *acts, uint32_t thread, uint64_t address)
{
	for (uint32_t i = 0; i < acts->count; i++)
		if (acts->list[i].kind == ACT_SIGNAL && acts->list[i].thread == thread &&
			act_event(acts, i)->address == address)
			return true;
	return false;
}

/* Does it, as far as was seen here or in the execution that passed? */
static bool is_signaller(const struct inquiry *inquiry, uint32_t thread, uint64_t address)
{
	uint32_t there;

	if (has_signalled(&inquiry->acts, thread, address))
		return true;
	if (!inquiry->passing.list)
		return false;
	there = counterpart_thread(&inquiry->acts, thread, &inquiry->passing);
	return there != WIRE_NONE && has_signalled(&inquiry->passing, there, address);
}

/*
 * A cycle though only one of its two edges is a lock: `waiter` waits for a post or signal, and
 * holds what `blocked` needs to get to where it does that.
 */
static void add_starved(struct inquiry *inquiry, uint32_t waiter, uint32_t blocked)
{
	const struct recording *recording = inquiry->recording;
	const struct acts *acts = &inquiry->acts;
	uint32_t wait = acts->last[waiter], wanted = acts->last[blocked];
	uint32_t held = taken_by(acts, waiter, recording->threads[blocked].wait_object);
	char lock[NAMING_SIZE], what[NAMING_SIZE], words[NAMING_SIZE], at[NAMING_SIZE];
	char a[NAMING_SIZE], b[NAMING_SIZE];
	struct explanation *e;

	if (held == WIRE_NONE || wait == WIRE_NONE || wanted == WIRE_NONE)
		return;
	e = inquiry_add(inquiry, EXPLANATION_DEADLOCK, SCORE_CERTAIN);
	if (!e)
		return;
	inquiry_object(inquiry, held, lock);
	inquiry_object(inquiry, wait, what);
	e->subject = inquiry_text("`%s` and `%s`", lock, what);
	explanation_add(e, held, true, NULL);
	explanation_add(e, wait, true, inquiry_text("waits for ever"));
	explanation_add(e, wanted, true, inquiry_text("waits for ever"));
	naming_wait(recording, inquiry->symbols, waiter, words);
	e->sentence = inquiry_text(
		"%s holds `%s`, taken at %s, and waits %s at %s; %s, which would let it go "
		"on, waits for `%s` at %s.",
		inquiry_thread(inquiry, waiter), lock, inquiry_place(inquiry, held, at), words,
		inquiry_place(inquiry, wait, a), inquiry_thread(inquiry, blocked), lock,
		inquiry_place(inquiry, wanted, b));
}

static void look_for_starved(struct inquiry *inquiry)
{
	const struct recording *recording = inquiry->recording;

	for (uint32_t blocked = 0; blocked < recording->thread_count; blocked++) {
		uint32_t waiter, object;

		if (recording->threads[blocked].state != WIRE_THREAD_WAITING)
			continue;
		waiter = wait_graph_edge(recording, blocked, 0);
		if (waiter == WIRE_NONE || !wait_graph_is_root(recording, waiter))
			continue;
		object = recording->threads[waiter].wait_object;
		if (object != WIRE_NONE &&
			is_signaller(inquiry, blocked, recording->objects[object].address)) {
			add_starved(inquiry, waiter, blocked);
			return;
		}
	}
}

/* The flag that the wait was for: written before the signal, read before the wait. */
static void add_predicate(
	struct inquiry *inquiry, struct explanation *e, uint32_t signal, uint32_t wait)
{
	const struct acts *acts = &inquiry->acts;
	uint32_t read = acts->list[wait].previous;
	uint32_t write = acts->list[signal].previous;

	while (read != WIRE_NONE && acts->list[read].kind != ACT_READ)
		read = acts->list[read].previous;
	if (read == WIRE_NONE)
		return;
	while (write != WIRE_NONE &&
		!(act_writes(&acts->list[write]) &&
			acts->list[write].variable == acts->list[read].variable))
		write = acts->list[write].previous;
	if (write == WIRE_NONE)
		return;
	e->variables[0] = acts->list[read].variable;
	e->variable_count = 1;
	explanation_add(e, read, true, NULL);
	explanation_add(e, write, true, NULL);
	e->remedy = (struct remedy){
		.kind = REMEDY_ATOMIC,
		.acts = { read, wait },
		.count = 2,
	};
}

static void add_lost(struct inquiry *inquiry, const struct lost_wakeup *lost)
{
	const struct acts *acts = &inquiry->acts;
	bool is_known = inquiry->finding->kind == FINDING_LOST_WAKEUP;
	uint32_t signal = acts_of_event(acts, lost->signal);
	uint32_t wait = acts->last[lost->waiter];
	char name[NAMING_SIZE], a[NAMING_SIZE], b[NAMING_SIZE];
	struct explanation *e;

	if (signal == WIRE_NONE || wait == WIRE_NONE)
		return;
	e = inquiry_add(inquiry, is_known ? EXPLANATION_LOST_WAKEUP : EXPLANATION_MISSED_SIGNAL,
		is_known ? SCORE_CERTAIN : SCORE_LIKELY);
	if (!e)
		return;
	inquiry_object(inquiry, signal, name);
	e->subject = inquiry_text("`%s`", name);
	explanation_add(e, signal, true, inquiry_text("nobody waits: the signal is lost"));
	explanation_add(e, wait, true, inquiry_text("waits for ever"));
	add_predicate(inquiry, e, signal, wait);
	e->sentence = inquiry_text("%s signalled `%s` at %s before %s waited for it at %s; no "
				   "other signal comes.",
		inquiry_thread(inquiry, acts->list[signal].thread), name,
		inquiry_place(inquiry, signal, a), inquiry_thread(inquiry, lost->waiter),
		inquiry_place(inquiry, wait, b));
}

void pattern_deadlock(struct inquiry *inquiry)
{
	struct lost_wakeup lost;
	uint32_t *threads = NULL;
	bool is_cycle = false;
	int count;

	if (!finding_is_deadlock(inquiry->finding->kind))
		return;
	count = locations_involved(
		inquiry->recording, inquiry->finding->kind, &threads, &is_cycle);
	if (count > 0 && is_cycle)
		add_cycle(inquiry, threads, count);
	free(threads);
	if (count >= 0 && !is_cycle)
		look_for_starved(inquiry);
	if (count >= 0 && !is_cycle && lost_wakeup_find(inquiry->recording, &lost))
		add_lost(inquiry, &lost);
}
