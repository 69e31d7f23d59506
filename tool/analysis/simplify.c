/* SPDX-License-Identifier: Apache-2.0 */
/* The single decisions that are worth trying; see simplify.h. */
#include "tool/analysis/simplify.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/resolve.h"

/* More are never tried: the limit on executions is far below. */
#define CANDIDATES_MAX 4096

/* From which event to which each thread is there to be chosen. */
struct lifetime {
	uint32_t begin;
	uint32_t end;
};

struct candidates {
	const struct recording *recording;
	const struct decision_list *offered;
	struct lifetime *lifetimes; /* by thread */
	struct plan *plan;
};

/* The thread that is its parent's n-th child, or WIRE_NONE. */
static uint32_t nth_child(const struct recording *recording, uint32_t parent, uint32_t n)
{
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (recording->threads[i].parent == parent && n-- == 0)
			return i;
	return WIRE_NONE;
}

static int find_lifetimes(const struct recording *recording, struct lifetime **ret_lifetimes)
{
	struct lifetime *lifetimes = calloc(recording->thread_count + 1, sizeof(*lifetimes));
	uint32_t *children = calloc(recording->thread_count + 1, sizeof(*children));

	if (!lifetimes || !children) {
		free(lifetimes);
		free(children);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];
		uint32_t child;

		if (event->thread == WIRE_NONE)
			continue;
		lifetimes[event->thread].end = i;
		if (event->op != OP_THREAD_CREATE || event->decision != WIRE_DECISION_NONE)
			continue;
		child = nth_child(recording, event->thread, children[event->thread]++);
		if (child != WIRE_NONE)
			lifetimes[child].begin = i;
	}
	free(children);
	*ret_lifetimes = lifetimes;
	return 0;
}

static bool is_named(
	const struct schedule *known, const struct schedule *all, uint32_t location)
{
	for (uint32_t i = 0; location != WIRE_NONE && i < known->location_count; i++)
		if (schedule_location_equal(&known->locations[i], &all->locations[location]))
			return true;
	return false;
}

/* Every thread that could have been chosen instead at the offered decision `index`. */
static void add_alternatives(struct candidates *candidates, size_t index)
{
	const struct recording *recording = candidates->recording;
	uint32_t position = candidates->offered->events[index];
	const struct wire_event *event = &recording->events[position];

	for (uint32_t i = 0; i < recording->thread_count; i++) {
		struct wire_decision decision = candidates->offered->items[index];

		if (i == event->chosen || candidates->lifetimes[i].begin > position ||
			candidates->lifetimes[i].end < position ||
			candidates->plan->count == CANDIDATES_MAX)
			continue;
		decision.value = recording_path_hash(recording, i);
		candidates->plan->decisions[candidates->plan->count++] = decision;
	}
}

static int fill(
	struct candidates *candidates, const struct schedule *known, const struct schedule *all)
{
	const struct decision_list *offered = candidates->offered;

	candidates->plan->decisions = calloc(CANDIDATES_MAX, sizeof(struct wire_decision));
	if (!candidates->plan->decisions)
		return -ENOMEM;
	for (size_t i = 0; i < offered->count; i++)
		if (is_named(known, all, offered->items[i].location))
			add_alternatives(candidates, i);
	for (size_t i = 0; i < offered->count; i++)
		if (!is_named(known, all, offered->items[i].location))
			add_alternatives(candidates, i);
	return 0;
}

int simplify_plan(const struct recording *sequential, const struct schedule *known,
	struct examiner *examiner, struct plan *ret_plan, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, sequential, diag);
	struct schedule *all = symbols ? schedule_new() : NULL;
	struct line_locations lines = { .symbols = symbols, .schedule = all };
	struct location_map map = line_locations_map(&lines);
	struct decision_list offered = { 0 };
	struct plan plan = { 0 };
	struct candidates candidates = {
		.recording = sequential,
		.offered = &offered,
		.plan = &plan,
	};
	int r;

	if (!all)
		return -ENOMEM;
	r = decisions_extract(sequential, DECISIONS_ON_THREADS, &map, &offered);
	line_locations_release(&lines);
	if (r >= 0)
		r = find_lifetimes(sequential, &candidates.lifetimes);
	if (r >= 0)
		r = fill(&candidates, known, all);
	if (r >= 0)
		r = resolve_locations(all, symbols, &plan.places, diag);
	free(candidates.lifetimes);
	decision_list_release(&offered);
	schedule_free(all);
	if (r < 0)
		plan_release(&plan);
	else
		*ret_plan = plan;
	return r;
}
