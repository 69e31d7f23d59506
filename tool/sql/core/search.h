/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The search: stateless depth-first over the actions that a world offers, in the manner of
 * VeriSoft (Godefroid, POPL 1997), with sleep sets (Godefroid 1996) to leave out interleavings
 * that differ only in the order of independent actions.
 *
 * The world is whatever can be asked for the next possible actions and be told to carry one
 * out; the search knows nothing of SQL. A world behind a wire-protocol proxy would do as well.
 */
#ifndef WEFT_TOOL_SQL_CORE_SEARCH_H
#define WEFT_TOOL_SQL_CORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEARCH_ACTIONS_MAX 32

enum action_kind {
	ACTION_STEP,   /* the session takes its next step */
	ACTION_RESUME, /* the session's held statement goes on, perhaps to the next gate */
	ACTION_VICTIM, /* the deadlock ends with this session as its victim */
};

struct action {
	uint8_t kind;
	uint8_t session;
};

/* Negative results end the search. */
struct search_world {
	void *context;
	/* A fresh execution. */
	int (*begin)(void *context);
	/* What can happen now, the most natural first; returns how many, 0: it is over. */
	int (*actions)(void *context, struct action actions[SEARCH_ACTIONS_MAX]);
	int (*perform)(void *context, struct action action);
	/*
	 * Asked before `a` is carried out, of one that was possible too: does the order of the
	 * two make no difference? NULL: always.
	 */
	bool (*independent)(void *context, struct action a, struct action b);
	/* It is over; positive: enough, end the search. */
	int (*end)(void *context);
	/* It was given up, because an equivalent one has been seen; or NULL. */
	int (*abandon)(void *context);
};

struct search_stats {
	uint64_t executions;  /* to the end */
	uint64_t pruned;      /* given up as equivalent to another */
	uint64_t divergences; /* a prefix that was repeated offered other actions */
	bool complete;	      /* nothing is left to try */
};

/* Tries all, or `max` executions (0: no limit). Returns 0 or the world's negative result. */
int search_run(const struct search_world *world, uint64_t max, struct search_stats *stats);

#endif
