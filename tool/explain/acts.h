/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded execution as acts: what each thread did to what is shared, in the order in which
 * it was carried out. Variables are stretches of memory that accesses overlap on; the patterns
 * of bugs are looked for in this list.
 */
#ifndef WEFT_TOOL_EXPLAIN_ACTS_H
#define WEFT_TOOL_EXPLAIN_ACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/explain/looks.h"
#include "tool/trace/recording.h"

struct symbols;

enum act_kind {
	ACT_READ,
	ACT_WRITE,
	ACT_UPDATE, /* an atomic operation that read and changed */
	ACT_LOCK,
	ACT_UNLOCK,
	ACT_WAIT,  /* begins to wait for a condition variable, semaphore ... */
	ACT_WOKEN, /* and is through */
	ACT_SIGNAL,
	ACT_CREATE,
	ACT_JOIN,
	ACT_END,
	ACT_FREE,   /* of the heap block that the failure is about */
	ACT_CHOICE, /* was given a value by weft_choose() */
	ACT_OTHER,
};

struct act {
	enum act_kind kind;
	uint32_t event; /* in the recording, or WIRE_NONE: it was no scheduling point */
	const struct wire_event *what; /* that event, or what is known of it otherwise */
	uint32_t line; /* known by the source alone, see looks.h; 0: it stands where `what` does
			*/
	uint32_t thread;
	uint32_t variable; /* index in `variables`, or WIRE_NONE */
	uint32_t next;	   /* of the same thread, or WIRE_NONE */
	uint32_t previous; /* of the same thread, or WIRE_NONE */
	bool preempted;	   /* its thread was switched away from in front of it, by a decision */
	bool waited;	   /* its thread had to wait in it before it was carried out */
	bool pending;	   /* its thread came to it, and it was never carried out */
};

struct variable {
	uint64_t address;
	uint64_t size;
	bool written;
	bool shared; /* by two threads at least */
};

struct acts {
	const struct recording *recording;
	struct act *list;
	size_t count;
	struct variable *variables; /* by ascending address */
	size_t variable_count;
	uint32_t *first; /* by thread: its first act, or WIRE_NONE */
	uint32_t *last;
	struct wire_event free_event; /* made up: of an ACT_FREE */
	struct looks looks;
};

/* Borrows the recording; must not be moved. Returns 0 or -ENOMEM; release it in either case. */
int acts_new(const struct recording *recording, const struct recording *other,
	struct symbols *symbols, struct acts *ret_acts);
void acts_release(struct acts *acts);

static inline const struct wire_event *act_event(const struct acts *acts, uint32_t act)
{
	return acts->list[act].what;
}

/* Whether it is known by the source and by what variables held, not seen itself. */
static inline bool act_is_look(const struct acts *acts, uint32_t act)
{
	const struct wire_event *what = acts->list[act].what;

	return acts->looks.count && what >= &acts->looks.list[0].event &&
	       what <= &acts->looks.list[acts->looks.count - 1].event;
}

/* Whether it reads, or writes, memory; both for an UPDATE. Never for a pending one. */
bool act_reads(const struct act *act);
bool act_writes(const struct act *act);

/* What it saw, and what it left. Returns whether that is known. */
bool act_value_read(const struct acts *acts, uint32_t act, uint64_t *ret_value);
bool act_value_left(const struct acts *acts, uint32_t act, uint64_t *ret_value);

/* The last act before `act` that wrote its variable, or WIRE_NONE: nobody did so far. */
uint32_t acts_writer_before(const struct acts *acts, uint32_t act);

/* The act of that event that was carried out, or else pending; WIRE_NONE: there is none. */
uint32_t acts_of_event(const struct acts *acts, uint32_t event);

/* Whether another thread ran between two acts of one thread. */
bool acts_interrupted(const struct acts *acts, uint32_t from, uint32_t to);

#endif
