/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a process hangs: from a snapshot, live or a core file, to every thread's stack and wait,
 * and the verdict.
 */
#ifndef WEFT_TOOL_STUCK_STUCK_H
#define WEFT_TOOL_STUCK_STUCK_H

#include <stdio.h>

#include "tool/diag.h"
#include "tool/stuck/graph.h"
#include "tool/stuck/snapshot.h"
#include "tool/stuck/stack.h"
#include "tool/stuck/wait.h"

#define SUMMARY_SIZE 512

struct stuck {
	struct stuck_snapshot *snapshot; /* owned */
	struct symbols *symbols;	 /* owned; the stacks' strings live in it */
	struct stuck_stack *stacks;	 /* by thread */
	struct stuck_wait *waits;	 /* by thread */
	struct stuck_verdict verdict;
	char summary[SUMMARY_SIZE]; /* the verdict in a sentence */
};

/*
 * Takes over the snapshot, also when it fails. Returns 0, or a negative errno with `diag`.
 */
int stuck_analyse(struct stuck_snapshot *snapshot, struct stuck **ret_stuck, struct diag *diag);
void stuck_free(struct stuck *stuck);

/* For people; coloured on a terminal. `verbose`: whole stacks, and how long it was stopped. */
void stuck_write_text(const struct stuck *stuck, bool verbose, FILE *stream);

/* As docs/json.md says. "-" is stdout. Returns 0, or a negative errno with `diag`. */
int stuck_save_json(const struct stuck *stuck, const char *path, struct diag *diag);

#endif
