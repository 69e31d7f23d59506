/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of an execution's trace could have come in another order: the operations at places that
 * several threads use, and which of them conflict. Two operations conflict if the order in
 * which they are done may matter: accesses to common memory one of which writes, acquisitions
 * of a lock, a signal and the beginning of a wait. Only the creation and joining of threads
 * orders operations for good; what a lock, a semaphore or a condition variable has ordered in
 * this execution may come the other way round in another.
 */
#ifndef WEFT_TOOL_SEARCH_HISTORY_H
#define WEFT_TOOL_SEARCH_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/search/points.h"

/* Operations and threads that are looked at; the rest of a longer trace is left out. */
#define HISTORY_EVENTS_MAX 20000
#define HISTORY_THREADS_MAX 256
/* Locks that a thread is known to hold at a time. */
#define HISTORY_HELD_MAX 4

struct history_event {
	struct wire_step step;
	uint32_t thread;	/* dense index */
	uint32_t position;	/* among the events of its thread */
	uint32_t previous;	/* the event of its thread before, or WIRE_NONE */
	uint32_t next_at_place; /* the next event at the same place, or WIRE_NONE */
	uint32_t segment;	/* of its thread between creations and joins */
	bool asserted;		/* an assertion depends on what is at its place */
	uint32_t
		waker; /* at the end of a wait: the only thread's signal meanwhile; WIRE_NONE */
	uint32_t held[HISTORY_HELD_MAX]; /* locks, by the event that acquired each; WIRE_NONE */
};

/* A wait with a deadline: from the event index on at which it began, to its end. */
struct history_timer {
	uint64_t thread; /* path hash */
	uint32_t begin;
	uint32_t end;
};

struct history {
	struct history_event *events;
	size_t count;
	uint64_t threads[HISTORY_THREADS_MAX]; /* path hashes */
	uint32_t parents[HISTORY_THREADS_MAX]; /* or WIRE_NONE */
	size_t thread_count;
	struct history_timer *timers;
	size_t timer_count;
	uint32_t *clocks; /* by segment and thread: events of the thread known to be over */
	size_t segment_count;
};

/* What is known of the program's code, as code addresses. */
struct history_code {
	const struct points *points;   /* plain accesses that are scheduling points */
	const struct points *asserted; /* reads that an assertion depends on; or NULL */
};

/* Plain accesses are taken in if their code is among the points. Returns 0 or -ENOMEM. */
int history_build(const struct wire_step *steps, size_t count, const struct history_code *code,
	struct history *ret_history);

void history_release(struct history *history);

/* Whether the two events conflict, and could come the other way round. `a` is the earlier. */
bool history_reversible(const struct history *history, uint32_t a, uint32_t b);

/* The event of the same thread that gives back what `event` acquired; or `event` itself. */
uint32_t history_end_of_hold(const struct history *history, uint32_t event);

/* Only reads: what it finds depends on the write before it. */
bool history_reads(const struct history_event *event);
bool history_writes(const struct history_event *event);

/* The same operation in other executions. */
struct wire_step_name history_name(const struct history_event *event);

/*
 * Adds to `points` the code of all plain accesses in the trace to memory that raced: an access
 * that the race check saw as covered by a later one races as well.
 */
int history_learn(const struct wire_step *steps, size_t count, const struct wire_race *races,
	size_t race_count, struct points *points);

#endif
