/* SPDX-License-Identifier: Apache-2.0 */
/* From a snapshot to a verdict; see stuck.h. */
#include "tool/stuck/stuck.h"

#include <errno.h>
#include <stdlib.h>

#include "tool/stuck/classify.h"
#include "tool/stuck/summary.h"

void stuck_free(struct stuck *stuck)
{
	if (!stuck)
		return;
	for (size_t i = 0; stuck->stacks && i < stuck->snapshot->thread_count; i++)
		free(stuck->stacks[i].frames);
	free(stuck->stacks);
	free(stuck->waits);
	verdict_release(&stuck->verdict);
	symbols_free(stuck->symbols);
	snapshot_free(stuck->snapshot);
	free(stuck);
}

static int look_at_threads(struct stuck *stuck)
{
	struct classifier classifier = {
		.snapshot = stuck->snapshot,
		.symbols = stuck->symbols,
		.descriptors = { .snapshot = stuck->snapshot },
	};
	int r = 0;

	for (size_t i = 0; i < stuck->snapshot->thread_count && r == 0; i++) {
		r = stack_unwind(stuck->snapshot, stuck->symbols, i, &stuck->stacks[i]);
		if (r == 0)
			classify_thread(&classifier, i, &stuck->stacks[i], &stuck->waits[i]);
	}
	descriptors_release(&classifier.descriptors);
	return r;
}

static int analyse(struct stuck *stuck, struct diag *diag)
{
	const struct stuck_snapshot *snapshot = stuck->snapshot;
	int r;

	stuck->stacks = calloc(snapshot->thread_count + 1, sizeof(*stuck->stacks));
	stuck->waits = calloc(snapshot->thread_count + 1, sizeof(*stuck->waits));
	if (!stuck->stacks || !stuck->waits)
		return diag_set(diag, -ENOMEM, "no memory for the threads");
	stuck->symbols = symbols_new(snapshot->maps, snapshot->maps_len, diag);
	if (!stuck->symbols)
		return -ENOMEM;
	r = look_at_threads(stuck);
	if (r == 0)
		r = graph_judge(stuck->waits, snapshot->thread_count, &stuck->verdict);
	if (r < 0)
		return diag_set(diag, r, "no memory for the threads");
	summary_write(stuck);
	return 0;
}

int stuck_analyse(struct stuck_snapshot *snapshot, struct stuck **ret_stuck, struct diag *diag)
{
	struct stuck *stuck = calloc(1, sizeof(*stuck));
	int r;

	if (!stuck) {
		snapshot_free(snapshot);
		return diag_set(diag, -ENOMEM, "no memory for the process");
	}
	stuck->snapshot = snapshot;
	r = analyse(stuck, diag);
	if (r < 0) {
		stuck_free(stuck);
		return r;
	}
	*ret_stuck = stuck;
	return 0;
}
