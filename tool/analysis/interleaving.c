/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First operations are put where they were carried out; then what concerns one thread only is
 * left out, repetitions are folded, and what is still long is shortened. See interleaving.h.
 */
#include "tool/analysis/interleaving.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/pc_map.h"
#include "tool/analysis/race.h"

/* What is known of one thread while the events are gone through. */
struct told {
	uint32_t event; /* the operation it is at, or WIRE_NONE */
	size_t step;	/* its last step, + 1; 0: none */
};

struct teller {
	const struct recording *recording;
	struct told *threads;
	struct step *steps;
	size_t count;
	size_t capacity;
	uint32_t running; /* thread number, or WIRE_NONE at the start */
	uint32_t at;	  /* the event that is gone through */
};

static int tell(struct teller *teller, enum step_kind kind, uint32_t thread, uint32_t event)
{
	if (teller->count == teller->capacity) {
		size_t capacity = teller->capacity ? teller->capacity * 2 : 256;
		struct step *steps = reallocarray(teller->steps, capacity, sizeof(*steps));

		if (!steps)
			return -ENOMEM;
		teller->steps = steps;
		teller->capacity = capacity;
	}
	teller->steps[teller->count++] = (struct step){
		.kind = kind, .thread = thread, .event = event, .at = teller->at
	};
	teller->threads[thread].step = teller->count;
	return 0;
}

/* The last step of a thread turns out to be something else. */
static void retell(struct teller *teller, uint32_t thread, enum step_kind kind)
{
	size_t step = teller->threads[thread].step;

	if (step && teller->steps[step - 1].event == teller->threads[thread].event)
		teller->steps[step - 1].kind = kind;
}

/* `thread` runs again: what it stood in front of is carried out. */
static int resume(struct teller *teller, uint32_t thread)
{
	const struct told *told = &teller->threads[thread];

	teller->running = thread;
	if (!told->step || told->event == WIRE_NONE)
		return 0;
	switch (teller->steps[told->step - 1].kind) {
	case STEP_PREEMPTED:
	case STEP_WAITS:
		return tell(teller, STEP_RESUMES, thread, told->event);
	default:
		return 0;
	}
}

/* What it means that another thread goes on at this operation. */
static enum step_kind kind_of_switch(const struct wire_event *event)
{
	/* The point of a creation stands after it. */
	if (event->decision == WIRE_DECISION_PREEMPT)
		return event->op == OP_THREAD_CREATE ? STEP_YIELDS : STEP_PREEMPTED;
	if (event->op == OP_THREAD_EXIT)
		return STEP_ENDS;
	switch (op_effect(event->op)) {
	case OP_EFFECT_YIELD:
	case OP_EFFECT_READ:
		return STEP_YIELDS;
	default:
		return STEP_WAITS;
	}
}

/* The thread's last operation is remembered to be one in which something was chosen. */
static void tell_choice(struct teller *teller, const struct wire_event *event)
{
	size_t step = teller->threads[event->thread].step;

	if (!step || !event->value)
		return;
	teller->steps[step - 1].decision = event->decision;
	teller->steps[step - 1].chosen = event->value;
}

static int tell_decision(struct teller *teller, const struct wire_event *event)
{
	bool about_threads = event->decision == WIRE_DECISION_PREEMPT ||
			     event->decision == WIRE_DECISION_NEXT;

	if (!about_threads)
		tell_choice(teller, event);
	if (!about_threads || event->chosen == WIRE_NONE || event->chosen == event->thread)
		return 0;
	retell(teller, event->thread, kind_of_switch(event));
	return resume(teller, event->chosen);
}

static int tell_event(struct teller *teller, uint32_t index)
{
	const struct wire_event *event = &teller->recording->events[index];

	teller->at = index;
	if (event->thread == WIRE_NONE)
		return 0;
	if (event->decision != WIRE_DECISION_NONE)
		return tell_decision(teller, event);
	teller->running = event->thread;
	teller->threads[event->thread].event = index;
	return tell(teller, STEP_RUNS, event->thread, index);
}

/* The last to wait finds nobody to go on, so that no decision says that it waits. */
static void tell_end(struct teller *teller)
{
	uint32_t last = teller->running;

	if (last != WIRE_NONE && teller->recording->threads[last].state == WIRE_THREAD_WAITING)
		retell(teller, last, STEP_WAITS);
}

/* ---- leaving out ---- */

static uint64_t touched(const struct wire_event *event)
{
	return event->object != WIRE_NONE ? UINT64_MAX - event->object : event->address;
}

/* Who touches what: a thread's number, or WIRE_NONE in `shared` for more than one. */
struct sharing {
	struct pc_map owners;
	struct pc_map shared;
};

static int note_sharing(struct sharing *sharing, const struct wire_event *event)
{
	uint64_t what = touched(event);
	uint32_t owner;

	if (!what)
		return 0;
	if (!pc_map_find(&sharing->owners, what, &owner))
		return pc_map_add(&sharing->owners, what, event->thread);
	if (owner == event->thread || pc_map_find(&sharing->shared, what, &owner))
		return 0;
	return pc_map_add(&sharing->shared, what, WIRE_NONE);
}

static bool concerns_others(const struct sharing *sharing, const struct wire_event *event)
{
	uint32_t unused;

	switch (event->op) {
	case OP_THREAD_CREATE:
	case OP_THREAD_JOIN:
	case OP_PROCESS_FORK:
	case OP_CHOOSE:
	case OP_OPERATION:
		return true;
	case OP_INIT:
		return false;
	default:
		return pc_map_find(&sharing->shared, touched(event), &unused);
	}
}

/* Bookkeeping that isn't worth being counted. */
static bool is_noise(const struct wire_event *event)
{
	return event->op == OP_THREAD_START || event->op == OP_THREAD_EXIT ||
	       event->op == OP_NONE || event->op == OP_OPERATION_END ||
	       event->op == OP_LOADER || event->op == OP_PROCESS_EXIT;
}

/* How many operations a step stands for. */
static uint32_t weight(const struct step *step)
{
	return step->kind == STEP_OMITTED ? step->count : 1;
}

/* Puts an omission at the end of the kept steps, or adds to the one that is there. */
static void omit(struct step *steps, size_t *kept, const struct step *step)
{
	struct step *last = *kept ? &steps[*kept - 1] : NULL;

	if (last && last->kind == STEP_OMITTED && last->thread == step->thread) {
		last->count += weight(step);
		return;
	}
	steps[(*kept)++] = (struct step){
		.kind = STEP_OMITTED,
		.thread = step->thread,
		.event = step->event,
		.count = weight(step),
	};
}

/* A line that says "one operation" is better used to say which. */
static void tell_single_omissions(struct teller *teller)
{
	for (size_t i = 0; i < teller->count; i++)
		if (teller->steps[i].kind == STEP_OMITTED && teller->steps[i].count == 1 &&
			teller->steps[i].thread != WIRE_NONE)
			teller->steps[i].kind = STEP_RUNS;
}

static int leave_out_private(struct teller *teller)
{
	const struct recording *recording = teller->recording;
	struct sharing sharing = { 0 };
	size_t kept = 0;
	int r = 0;

	for (size_t i = 0; i < recording->event_count && r == 0; i++)
		if (recording->events[i].decision == WIRE_DECISION_NONE &&
			recording->events[i].thread != WIRE_NONE)
			r = note_sharing(&sharing, &recording->events[i]);
	for (size_t i = 0; i < teller->count && r == 0; i++) {
		struct step step = teller->steps[i];
		const struct wire_event *event = &recording->events[step.event];

		if (step.kind != STEP_RUNS || step.decision || concerns_others(&sharing, event))
			teller->steps[kept++] = step;
		else if (!is_noise(event))
			omit(teller->steps, &kept, &step);
	}
	pc_map_release(&sharing.owners);
	pc_map_release(&sharing.shared);
	teller->count = kept;
	return r;
}

/* Keeps the first third and the last two thirds of `max` steps from `begin` to `end`. */
static void shorten(struct step *steps, size_t *kept, size_t begin, size_t end, size_t max)
{
	size_t head = begin + max / 3;
	size_t tail = end - (max - max / 3);

	for (size_t i = begin; i < end; i++) {
		if (end - begin <= max || i < head || i >= tail)
			steps[(*kept)++] = steps[i];
		else
			omit(steps, kept, &steps[i]);
	}
}

static void shorten_runs(struct teller *teller)
{
	size_t kept = 0;

	for (size_t begin = 0, end; begin < teller->count; begin = end) {
		for (end = begin + 1; end < teller->count; end++)
			if (teller->steps[end].thread != teller->steps[begin].thread)
				break;
		shorten(teller->steps, &kept, begin, end, INTERLEAVING_RUN_MAX);
	}
	teller->count = kept;
}

/* The whole of it: what is left out concerns all threads. */
static void shorten_all(struct teller *teller)
{
	size_t kept = 0;

	if (teller->count <= INTERLEAVING_STEPS_MAX)
		return;
	for (size_t i = INTERLEAVING_STEPS_MAX / 3;
		i < teller->count - (INTERLEAVING_STEPS_MAX - INTERLEAVING_STEPS_MAX / 3); i++)
		teller->steps[i].thread = WIRE_NONE;
	shorten(teller->steps, &kept, 0, teller->count, INTERLEAVING_STEPS_MAX);
	teller->count = kept;
}

/* Steps of threads that only look and change nothing, told after the last that did. */
#define FRUITLESS_TOLD 8

static bool changes_something(const struct teller *teller, const struct step *step)
{
	enum op_effect effect;

	if (step->event == WIRE_NONE)
		return false;
	effect = op_effect(teller->recording->events[step->event].op);
	return effect != OP_EFFECT_READ && effect != OP_EFFECT_YIELD;
}

/* The end of a livelock is the same for ever. */
static void cut_fruitless_end(struct teller *teller)
{
	size_t end = teller->count;
	size_t keep;

	while (end > 0 && !changes_something(teller, &teller->steps[end - 1]))
		end--;
	keep = end + FRUITLESS_TOLD;
	if (teller->count <= keep + 1)
		return;
	teller->steps[keep] = (struct step){
		.kind = STEP_OMITTED,
		.thread = WIRE_NONE,
		.event = WIRE_NONE,
		.count = (uint32_t)(teller->count - keep),
	};
	teller->count = keep + 1;
}

/* ---- repetitions: loops that spin ---- */

#define PERIOD_MAX 12

static bool same_step(const struct teller *teller, size_t i, size_t j)
{
	const struct step *a = &teller->steps[i], *b = &teller->steps[j];
	const struct wire_event *x, *y;

	if (a->thread != b->thread || a->kind != b->kind || a->decision || b->decision)
		return false;
	if (a->kind == STEP_OMITTED || a->kind == STEP_REPEATED)
		return a->count == b->count;
	x = &teller->recording->events[a->event];
	y = &teller->recording->events[b->event];
	return x->op == y->op && x->pc == y->pc && x->object == y->object &&
	       x->address == y->address;
}

/* How often the `period` steps from `start` come again right after. */
static uint32_t count_repetitions(const struct teller *teller, size_t start, size_t period)
{
	size_t i = start + period;

	while (i < teller->count && same_step(teller, i, i - period))
		i++;
	return (uint32_t)((i - start) / period - 1);
}

/* The shortest pattern that starts there and is worth a line; 0: none. */
static size_t find_pattern(const struct teller *teller, size_t start, uint32_t *ret_repetitions)
{
	for (size_t period = 1; period <= PERIOD_MAX && start + period < teller->count;
		period++) {
		*ret_repetitions = count_repetitions(teller, start, period);
		/* Two or three lines less are not worth a riddle. */
		if (*ret_repetitions * period >= 4 && *ret_repetitions >= 2)
			return period;
	}
	return 0;
}

/* Do the `count` steps from `start`, which follow on others like them, see other values? */
static bool values_vary(const struct teller *teller, size_t start, size_t count, size_t period)
{
	for (size_t i = start; i < start + count; i++) {
		const struct step *a = &teller->steps[i], *b = &teller->steps[i - period];

		if (a->event != WIRE_NONE && b->event != WIRE_NONE &&
			teller->recording->events[a->event].value !=
				teller->recording->events[b->event].value)
			return true;
	}
	return false;
}

static void fold_repetitions(struct teller *teller)
{
	struct step *steps = teller->steps;
	size_t kept = 0;

	for (size_t i = 0; i < teller->count;) {
		uint32_t repetitions;
		size_t period = find_pattern(teller, i, &repetitions);
		struct step repeated = { .kind = STEP_REPEATED, .event = WIRE_NONE };

		if (!period) {
			steps[kept++] = steps[i++];
			continue;
		}
		repeated.thread = steps[i].thread;
		repeated.count = repetitions;
		repeated.length = (uint32_t)period;
		repeated.varies = values_vary(teller, i + period, period * repetitions, period);
		/* The steps kept so far end before `i`: moving them does not touch what is
		 * next. */
		memmove(&steps[kept], &steps[i], period * sizeof(*steps));
		kept += period;
		i += period * (repetitions + 1);
		steps[kept++] = repeated;
	}
	teller->count = kept;
}

static void mark_switches(struct teller *teller)
{
	for (size_t i = 0; i < teller->count; i++)
		teller->steps[i].switched =
			i == 0 || teller->steps[i].thread != teller->steps[i - 1].thread;
}

/* What comes after a race has nothing to do with it. */
static size_t events_to_tell(const struct recording *recording)
{
	struct race_events events;

	if (recording->race == WIRE_NONE ||
		race_events_find(recording, &recording->races[recording->race], &events) <= 0)
		return recording->event_count;
	return (size_t)events.later_done + 1;
}

/* All steps of the first `told->event_count` events. Returns 0 or -ENOMEM. */
static int tell_all(struct teller *teller, bool to_the_end)
{
	const struct recording *told = teller->recording;
	int r = 0;

	teller->running = WIRE_NONE;
	teller->threads = calloc(told->thread_count + 1, sizeof(*teller->threads));
	if (!teller->threads)
		return -ENOMEM;
	for (size_t i = 0; i < told->thread_count; i++)
		teller->threads[i].event = WIRE_NONE;
	for (uint32_t i = 0; i < told->event_count && r == 0; i++)
		r = tell_event(teller, i);
	if (to_the_end)
		tell_end(teller);
	free(teller->threads);
	teller->threads = NULL;
	return r;
}

int interleaving_all(
	const struct recording *recording, struct step **ret_steps, size_t *ret_count)
{
	struct teller teller = { .recording = recording };
	int r = tell_all(&teller, true);

	if (r < 0) {
		free(teller.steps);
		return r;
	}
	mark_switches(&teller);
	*ret_steps = teller.steps;
	*ret_count = teller.count;
	return 0;
}

int interleaving_new(
	const struct recording *recording, struct step **ret_steps, size_t *ret_count)
{
	struct recording told = *recording;
	struct teller teller = { .recording = &told };
	int r;

	told.event_count = events_to_tell(recording);
	r = tell_all(&teller, told.event_count == recording->event_count);
	if (r == 0)
		r = leave_out_private(&teller);
	if (r < 0) {
		free(teller.steps);
		return r;
	}
	cut_fruitless_end(&teller);
	fold_repetitions(&teller);
	shorten_runs(&teller);
	shorten_all(&teller);
	tell_single_omissions(&teller);
	mark_switches(&teller);
	*ret_steps = teller.steps;
	*ret_count = teller.count;
	return 0;
}

size_t interleaving_switches(const struct step *steps, size_t count)
{
	size_t switches = 0;

	for (size_t i = 1; i < count; i++)
		switches += steps[i].switched;
	return switches;
}
