/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recorded execution as a person tells it: which thread did what, up to where it was switched
 * away from. The record says when a thread came to an operation; here it stands where it was
 * carried out. What only one thread ever touches is counted but not told.
 */
#ifndef WEFT_TOOL_ANALYSIS_INTERLEAVING_H
#define WEFT_TOOL_ANALYSIS_INTERLEAVING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/trace/recording.h"

enum step_kind {
	STEP_RUNS,	/* the operation was carried out */
	STEP_RESUMES,	/* carried out now, after a switch in front of it */
	STEP_PREEMPTED, /* the thread came to it and was switched away from */
	STEP_WAITS,	/* it can't be carried out yet: the thread waits in it */
	STEP_YIELDS,	/* carried out, and another thread let go first */
	STEP_ENDS,	/* the thread's last */
	STEP_OMITTED, /* `count` operations that concern no other thread, or too many to tell */
	STEP_REPEATED, /* the `length` steps before, `count` times more */
};

struct step {
	enum step_kind kind;
	uint32_t thread; /* WIRE_NONE: of several threads */
	uint32_t event;	 /* in the recording, or WIRE_NONE */
	uint32_t at;	 /* event by which it came about: `event`, or a decision after it */
	/*
	 * What was chosen within the operation otherwise than usual: enum wire_decision_kind,
	 * but not about threads, and the value; NONE: nothing.
	 */
	uint32_t decision;
	uint64_t chosen;
	uint32_t count;	 /* OMITTED, REPEATED */
	uint32_t length; /* REPEATED */
	bool switched;	 /* the first of this thread after another one's */
	bool varies;	 /* REPEATED: with other values */
};

/* Steps at most; the middle is left out. */
#define INTERLEAVING_STEPS_MAX 60
/* Steps without a switch at most. */
#define INTERLEAVING_RUN_MAX 12

/* Returns 0 or -ENOMEM. The caller frees the steps. */
int interleaving_new(
	const struct recording *recording, struct step **ret_steps, size_t *ret_count);

/* The same with nothing left out or folded: RUNS to ENDS only. */
int interleaving_all(
	const struct recording *recording, struct step **ret_steps, size_t *ret_count);

/* How many switches between threads the steps tell. */
size_t interleaving_switches(const struct step *steps, size_t count);

#endif
