/* SPDX-License-Identifier: Apache-2.0 */
/* Stretches that are not interrupted, operations put off; see constraint.h. */
#include "runtime/core/constraint.h"

#include "runtime/core/core.h"

/* Operations in one stretch, after which it is over. */
#define STRETCH_MAX 256u

/* By thread number: the stretch that it is in. */
struct stretch {
	uint32_t constraint; /* index + 1; 0: none */
	uint32_t operations;
	bool entered; /* its first operation is done: from now on it is not interrupted */
	bool leaving; /* it stands at the last one */
};

struct constraints {
	struct arena *arena;
	const struct wire_constraint *list;
	uint32_t count;
	bool *done;	     /* ORDER, by constraint: what comes first was done */
	thread_id *at_first; /* who stands at it, or THREAD_NONE */
	struct stretch *stretches;
	thread_id *candidates; /* of the last choice */
	uint32_t capacity;     /* in threads, of both */
};

struct constraints *constraints_new(
	struct arena *arena, const struct wire_constraint *list, uint32_t count)
{
	struct constraints *constraints;

	if (!count)
		return NULL;
	constraints = arena_alloc(arena, sizeof(*constraints));
	constraints->arena = arena;
	constraints->list = list;
	constraints->count = count;
	constraints->done = arena_alloc(arena, count * sizeof(*constraints->done));
	constraints->at_first = arena_alloc(arena, count * sizeof(*constraints->at_first));
	for (uint32_t i = 0; i < count; i++)
		constraints->at_first[i] = THREAD_NONE;
	return constraints;
}

static void make_room(struct constraints *constraints, thread_id thread)
{
	uint32_t capacity = constraints->capacity ? constraints->capacity : 32;
	struct stretch *stretches;

	if (thread < constraints->capacity)
		return;
	while (capacity <= thread)
		capacity *= 2;
	stretches = arena_alloc(constraints->arena, capacity * sizeof(*stretches));
	for (uint32_t i = 0; i < constraints->capacity; i++)
		stretches[i] = constraints->stretches[i];
	constraints->stretches = stretches;
	constraints->candidates =
		arena_alloc(constraints->arena, capacity * sizeof(*constraints->candidates));
	constraints->capacity = capacity;
}

static bool is_at(const struct thread *thread, const struct wire_place *place)
{
	return (!place->pc || place->pc == thread->op.pc) &&
	       (!place->thread || place->thread == thread->path_hash) &&
	       (!place->op || place->op == thread->op.kind);
}

static void leave(struct thread *thread, struct stretch *stretch)
{
	if (stretch->entered)
		thread->unpreemptible--;
	*stretch = (struct stretch){ 0 };
}

/* Accounts for the operation before, which is done now. */
static void settle(struct thread *thread, struct stretch *stretch)
{
	if (!stretch->constraint)
		return;
	if (stretch->leaving || ++stretch->operations > STRETCH_MAX) {
		leave(thread, stretch);
		return;
	}
	if (!stretch->entered) {
		stretch->entered = true;
		thread->unpreemptible++;
	}
}

static void arrive_at_stretch(
	struct constraints *constraints, const struct thread *thread, struct stretch *stretch)
{
	for (uint32_t i = 0; i < constraints->count; i++) {
		const struct wire_constraint *c = &constraints->list[i];

		if (c->kind != WIRE_CONSTRAINT_ATOMIC)
			continue;
		if (!stretch->constraint && is_at(thread, &c->first))
			stretch->constraint = i + 1;
		if (stretch->constraint == i + 1 && stretch->entered &&
			is_at(thread, &c->second))
			stretch->leaving = true;
	}
}

static void arrive_in_order(struct constraints *constraints, const struct thread *thread)
{
	for (uint32_t i = 0; i < constraints->count; i++) {
		const struct wire_constraint *c = &constraints->list[i];

		if (c->kind != WIRE_CONSTRAINT_ORDER)
			continue;
		if (constraints->at_first[i] == thread->id)
			constraints->done[i] = true;
		if (!is_at(thread, &c->first))
			continue;
		constraints->at_first[i] = thread->id;
		if (c->first.on_arrival)
			constraints->done[i] = true;
	}
}

void constraints_arrive(struct constraints *constraints, struct thread *thread)
{
	make_room(constraints, thread->id);
	settle(thread, &constraints->stretches[thread->id]);
	arrive_at_stretch(constraints, thread, &constraints->stretches[thread->id]);
	arrive_in_order(constraints, thread);
}

/* A thread that can't go on has done its operation, unless it waits in it. */
static void note_done(struct constraints *constraints, const struct choice *choice)
{
	const struct thread *current = choice->threads[choice->current];

	for (uint32_t i = 0; i < constraints->count; i++)
		if (choice->kind == WIRE_DECISION_NEXT &&
			constraints->at_first[i] == current->id &&
			current->state != THREAD_WAITING)
			constraints->done[i] = true;
}

static bool has_to_wait(const struct constraints *constraints, const struct thread *thread)
{
	for (uint32_t i = 0; i < constraints->count; i++) {
		const struct wire_constraint *c = &constraints->list[i];

		if (c->kind == WIRE_CONSTRAINT_ORDER && !constraints->done[i] &&
			is_at(thread, &c->second) && !is_at(thread, &c->first))
			return true;
	}
	return false;
}

void constraints_filter(struct constraints *constraints, struct choice *choice)
{
	uint32_t kept = 0;
	bool usual_kept = false;

	note_done(constraints, choice);
	make_room(constraints, choice->candidates[choice->count - 1]);
	for (uint32_t i = 0; i < choice->count; i++) {
		thread_id candidate = choice->candidates[i];

		if (has_to_wait(constraints, choice->threads[candidate]))
			continue;
		usual_kept = usual_kept || candidate == choice->usual;
		constraints->candidates[kept++] = candidate;
	}
	if (kept == 0)
		return;
	choice->candidates = constraints->candidates;
	choice->count = kept;
	if (usual_kept)
		return;
	/* The next number, cyclically. */
	for (uint32_t i = 0; i < kept; i++)
		if (constraints->candidates[i] > choice->usual) {
			choice->usual = constraints->candidates[i];
			return;
		}
	choice->usual = constraints->candidates[0];
}
