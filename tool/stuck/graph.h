/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits for whom, and what follows. A set of threads is deadlocked if each of them waits,
 * without a timeout, for what only threads of the set could bring about: the greatest such set
 * is what is left when threads that can be woken from outside of it are taken away until there
 * are none (Knapp, Deadlock Detection in Distributed Databases, 1987: the AND-OR model).
 */
#ifndef WEFT_TOOL_STUCK_GRAPH_H
#define WEFT_TOOL_STUCK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/stuck/wait.h"

enum verdict_kind {
	VERDICT_NONE,	   /* nothing against it: see the waits */
	VERDICT_RUNS,	   /* threads of it run */
	VERDICT_OUTSIDE,   /* all wait, some for the world outside */
	VERDICT_TIME,	   /* all wait, some with a timeout */
	VERDICT_CYCLE,	   /* deadlock: threads hold what others of them wait for */
	VERDICT_ABANDONED, /* deadlock: who could end the wait is gone */
	VERDICT_NOBODY,	   /* deadlock: all threads wait for one of them to do something */
};

struct stuck_verdict {
	enum verdict_kind kind;
	bool *is_dead; /* by thread: it can never go on */
	size_t dead_count;
	size_t *cycle; /* threads, each waiting for the next, the last for the first */
	size_t cycle_len;
	size_t root;	    /* VERDICT_ABANDONED: the thread that nobody can wake */
	size_t cycle_count; /* separate cycles in all */
};

/* Is it one that says something against the program? */
bool verdict_is_deadlock(enum verdict_kind kind);

/* "deadlock"; for the JSON. */
const char *verdict_kind_name(enum verdict_kind kind);

/* Returns 0 or -ENOMEM. */
int graph_judge(
	const struct stuck_wait *waits, size_t count, struct stuck_verdict *ret_verdict);
void verdict_release(struct stuck_verdict *verdict);

#endif
