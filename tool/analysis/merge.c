/* SPDX-License-Identifier: Apache-2.0 */
/* Bringing a thread's pieces together; see merge.h. */
#include "tool/analysis/merge.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct merger {
	struct minimise_trial *trial;
	struct wire_decision *kept;
	struct wire_decision *candidate;
	size_t count; /* of those kept */
	size_t candidate_count;
	int error;
};

static bool is_preemption(const struct wire_decision *decision)
{
	return decision->kind == WIRE_DECISION_PREEMPT;
}

static bool is_switch(const struct wire_decision *decision)
{
	return is_preemption(decision) || decision->kind == WIRE_DECISION_NEXT;
}

/* The first decision about threads from `index` on, or the count. */
static size_t switch_from(const struct merger *merger, size_t index)
{
	while (index < merger->count && !is_switch(&merger->kept[index]))
		index++;
	return index;
}

/* The last decision about threads before `index`, or the count. */
static size_t switch_before(const struct merger *merger, size_t index)
{
	while (index-- > 0)
		if (is_switch(&merger->kept[index]))
			return index;
	return merger->count;
}

static void copy(struct merger *merger)
{
	memcpy(merger->candidate, merger->kept, merger->count * sizeof(*merger->kept));
	merger->candidate_count = merger->count;
}

static void leave_out(struct merger *merger, size_t index)
{
	merger->candidate_count--;
	memmove(&merger->candidate[index], &merger->candidate[index + 1],
		(merger->candidate_count - index) * sizeof(*merger->candidate));
}

/* Keeps the candidate if it shows the finding. */
static bool take(struct merger *merger)
{
	int r;

	if (merger->error || !minimise_may_try(merger->trial))
		return false;
	merger->trial->spent++;
	r = merger->trial->shows(
		merger->trial->context, merger->candidate, merger->candidate_count);
	if (r < 0)
		merger->error = r;
	if (r <= 0)
		return false;
	merger->count = merger->candidate_count;
	memcpy(merger->kept, merger->candidate, merger->count * sizeof(*merger->kept));
	return true;
}

/* A goes on in spite of `left`, and B, whom it was left for, when A is left next. */
static bool go_on_first(struct merger *merger, size_t left, size_t back)
{
	size_t next = switch_from(merger, back + 1);
	const struct wire_decision *kept = merger->kept;

	if (next == merger->count || kept[next].thread != kept[left].thread)
		return false;
	copy(merger);
	merger->candidate[back] = kept[next];
	merger->candidate[back].value = kept[left].value;
	merger->candidate[next] = kept[back];
	merger->candidate[next].value = kept[next].value;
	leave_out(merger, left);
	return take(merger);
}

/* Who goes on to A goes on to B instead, and A does all at once afterwards. */
static bool go_on_later(struct merger *merger, size_t left)
{
	size_t before = switch_before(merger, left);
	const struct wire_decision *kept = merger->kept;

	if (before == merger->count || kept[before].value != kept[left].thread ||
		kept[before].thread == kept[left].value)
		return false;
	copy(merger);
	merger->candidate[before].value = kept[left].value;
	leave_out(merger, left);
	return take(merger);
}

/* Neither the one switch nor the other. */
static bool go_without(struct merger *merger, size_t left, size_t back)
{
	copy(merger);
	leave_out(merger, back);
	leave_out(merger, left);
	return take(merger);
}

/* Tries what may be done about the preemption `left`. */
static bool merge_at(struct merger *merger, size_t left)
{
	size_t back = switch_from(merger, left + 1);
	const struct wire_decision *kept = merger->kept;

	if (!is_preemption(&kept[left]) || back == merger->count)
		return false;
	if (go_without(merger, left, back))
		return true;
	if (kept[back].thread == kept[left].value && kept[back].value == kept[left].thread &&
		(go_on_first(merger, left, back) || go_on_later(merger, left)))
		return true;
	return false;
}

int merge(struct minimise_trial *trial, struct wire_decision *decisions, size_t *count)
{
	struct merger merger = { .trial = trial, .kept = decisions, .count = *count };
	bool merged = false, again = true;

	merger.candidate = calloc(*count + 1, sizeof(*merger.candidate));
	if (!merger.candidate)
		return -ENOMEM;
	while (again && !merger.error && minimise_may_try(trial)) {
		again = false;
		for (size_t i = merger.count; i-- > 0;)
			if (i < merger.count && merge_at(&merger, i))
				merged = again = true;
	}
	free(merger.candidate);
	*count = merger.count;
	return merger.error ? merger.error : merged;
}
