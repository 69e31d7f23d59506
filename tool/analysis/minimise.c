/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chunks are dropped from the end first: what comes last in an execution is least often needed,
 * and dropping it changes nothing before it.
 */
#include "tool/analysis/minimise.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tool/launch/clock.h"

struct reduction {
	struct minimise_trial *trial;
	struct wire_decision *kept;
	struct wire_decision *candidate; /* room for all */
	size_t count;
	int error;
};

bool minimise_may_try(const struct minimise_trial *trial)
{
	if (trial->spent >= trial->limit)
		return false;
	return !trial->deadline_ns || clock_now_ns() < trial->deadline_ns;
}

static bool may_try(const struct reduction *reduction)
{
	return reduction->error == 0 && minimise_may_try(reduction->trial);
}

/* Executes without the `size` decisions from `start`, and leaves them out if it still shows. */
static bool drop(struct reduction *reduction, size_t start, size_t size)
{
	size_t rest = reduction->count - start - size;
	size_t unit = sizeof(reduction->kept[0]);
	int r;

	memcpy(reduction->candidate, reduction->kept, start * unit);
	memcpy(reduction->candidate + start, reduction->kept + start + size, rest * unit);
	reduction->trial->spent++;
	r = reduction->trial->shows(
		reduction->trial->context, reduction->candidate, start + rest);
	if (r < 0)
		reduction->error = r;
	if (r <= 0)
		return false;
	reduction->count = start + rest;
	memcpy(reduction->kept, reduction->candidate, reduction->count * unit);
	return true;
}

/* One round over all chunks of that size, from the end. Returns whether any could go. */
static bool drop_chunks(struct reduction *reduction, size_t size)
{
	size_t end = reduction->count;
	bool dropped = false;

	while (end > 0 && may_try(reduction)) {
		size_t start = end > size ? end - size : 0;

		if (drop(reduction, start, end - start))
			dropped = true;
		end = start;
	}
	return dropped;
}

/* Whether it still shows with that value for decision `index`, which is then kept. */
static bool lower(struct reduction *reduction, size_t index, uint64_t value)
{
	size_t unit = sizeof(reduction->kept[0]);
	int r;

	memcpy(reduction->candidate, reduction->kept, reduction->count * unit);
	reduction->candidate[index].value = value;
	reduction->trial->spent++;
	r = reduction->trial->shows(
		reduction->trial->context, reduction->candidate, reduction->count);
	if (r < 0)
		reduction->error = r;
	if (r <= 0)
		return false;
	reduction->kept[index].value = value;
	return true;
}

/* What the program was given to choose among: the smallest value that is found by halving. */
static void lower_choices(struct reduction *reduction)
{
	for (size_t i = 0; i < reduction->count; i++) {
		struct wire_decision *decision = &reduction->kept[i];
		uint64_t low = 1;

		if (decision->kind != WIRE_DECISION_CHOOSE)
			continue;
		while (low < decision->value && may_try(reduction)) {
			uint64_t middle = low + (decision->value - low) / 2;

			if (!lower(reduction, i, middle))
				low = middle + 1;
		}
	}
}

static void reduce(struct reduction *reduction)
{
	size_t size;

	if (reduction->count == 0 || !may_try(reduction))
		return;
	if (drop(reduction, 0, reduction->count))
		return;
	for (size = (reduction->count + 1) / 2; size > 1; size = (size + 1) / 2)
		drop_chunks(reduction, size);
	while (reduction->count > 1 && may_try(reduction) && drop_chunks(reduction, 1))
		;
	lower_choices(reduction);
}

int minimise(struct minimise_trial *trial, struct wire_decision *decisions, size_t *count)
{
	struct reduction reduction = {
		.trial = trial,
		.kept = decisions,
		.count = *count,
	};

	reduction.candidate = calloc(*count + 1, sizeof(*reduction.candidate));
	if (!reduction.candidate)
		return -ENOMEM;
	reduce(&reduction);
	free(reduction.candidate);
	*count = reduction.count;
	return reduction.error;
}
