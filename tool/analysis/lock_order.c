/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cycles among the steps of a recording, by a bounded depth-first search for each length in
 * turn; the steps themselves come from lock_steps.c. See lock_order.h.
 */
#include "tool/analysis/lock_order.h"

#include <errno.h>
#include <stdlib.h>

#include "common/hash.h"
#include "tool/analysis/lock_steps.h"
#include "tool/analysis/pc_map.h"

/* Steps that are looked at for one recording. */
#define EFFORT_MAX 400000u

struct search {
	const struct lock_steps *steps;
	uint32_t *first; /* by object: the first step that holds it, or WIRE_NONE */
	uint32_t *next;	 /* by step: another one with that object held */
	uint32_t path[LOCK_CYCLE_MAX];
	uint32_t cursor[LOCK_CYCLE_MAX]; /* what is tried next behind each of the path */
	size_t length;
	size_t wanted; /* length of the cycles looked for */
	uint32_t effort;
	struct pc_map seen;
	struct lock_cycle *cycles;
	size_t count;
};

static int index_steps(struct search *search, size_t object_count)
{
	const struct lock_steps *steps = search->steps;

	search->first = calloc(object_count + 1, sizeof(*search->first));
	search->next = calloc(steps->count + 1, sizeof(*search->next));
	if (!search->first || !search->next)
		return -ENOMEM;
	for (size_t i = 0; i < object_count; i++)
		search->first[i] = WIRE_NONE;
	for (uint32_t i = (uint32_t)steps->count; i-- > 0;) {
		uint32_t object = steps->list[i].from.object;

		search->next[i] = search->first[object];
		search->first[object] = i;
	}
	return 0;
}

static bool fits(const struct search *search, const struct lock_order_step *step)
{
	for (size_t i = 0; i < search->length; i++)
		if (!lock_steps_together(
			    search->steps, &search->steps->list[search->path[i]], step))
			return false;
	return true;
}

/* Keeps the path as a cycle, unless one with the same places and locks was. */
static int keep(struct search *search)
{
	struct lock_cycle *cycle = &search->cycles[search->count];
	uint64_t hash = 0;
	uint32_t known;

	for (size_t i = 0; i < search->length; i++) {
		const struct lock_order_step *step = &search->steps->list[search->path[i]];

		hash += hash_mix(hash_fold(hash_fold(step->held_pc, step->wanted_pc),
			((uint64_t)step->from.object << 32) | step->to.object));
		cycle->steps[i] = (struct lock_step){
			.thread = step->thread,
			.object = step->from.object,
			.held = step->held,
			.wanted = step->wanted,
		};
	}
	if (pc_map_find(&search->seen, hash, &known))
		return 0;
	cycle->length = search->length;
	search->count++;
	return pc_map_add(&search->seen, hash, 1);
}

static void enter(struct search *search, uint32_t step)
{
	search->path[search->length] = step;
	search->cursor[search->length++] = search->first[search->steps->list[step].to.object];
}

/* All cycles of the wanted length whose lowest step is `start`. */
static int search_from(struct search *search, uint32_t start)
{
	const struct lock_order_step *list = search->steps->list;
	int r = 0;

	search->length = 0;
	enter(search, start);
	while (search->length && r >= 0 && search->count < LOCK_CYCLES_MAX &&
		search->effort < EFFORT_MAX) {
		const struct lock_order_step *last = &list[search->path[search->length - 1]];
		uint32_t step = search->cursor[search->length - 1];
		bool full = search->length == search->wanted;

		search->effort++;
		if (full && lock_steps_block(last, &list[start]))
			r = keep(search);
		if (full || step == WIRE_NONE) {
			search->length--;
			continue;
		}
		search->cursor[search->length - 1] = search->next[step];
		if (step > start && lock_steps_block(last, &list[step]) &&
			fits(search, &list[step]))
			enter(search, step);
	}
	return r;
}

static int search_all(struct search *search)
{
	int r = 0;

	for (search->wanted = 2; search->wanted <= LOCK_CYCLE_MAX; search->wanted++)
		for (uint32_t i = 0; i < search->steps->count && r >= 0; i++)
			r = search_from(search, i);
	return r;
}

int lock_order_find(
	const struct recording *recording, struct lock_cycle **ret_cycles, size_t *ret_count)
{
	struct lock_steps steps = { 0 };
	struct search search = { .steps = &steps };
	int r = lock_steps_find(recording, &steps);

	search.cycles = calloc(LOCK_CYCLES_MAX, sizeof(*search.cycles));
	if (!search.cycles)
		r = -ENOMEM;
	if (r >= 0)
		r = index_steps(&search, recording->object_count);
	if (r >= 0)
		r = search_all(&search);
	free(search.first);
	free(search.next);
	pc_map_release(&search.seen);
	lock_steps_release(&steps);
	if (r < 0) {
		free(search.cycles);
		return r;
	}
	*ret_cycles = search.cycles;
	*ret_count = search.count;
	return 0;
}
