/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executions one after another, each with one decision more: where a thread of the cycle was
 * let go on into the lock it wants before all others stood in front of theirs, somebody else is
 * sent instead. See lock_drive.h.
 */
#include "tool/analysis/lock_drive.h"

#include <errno.h>
#include <stdlib.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/thread_birth.h"

/* Executions on the way to one cycle. */
#define TRIALS_MAX 32

/* Where a thread of the cycle is to stand: at its n-th such operation. */
struct stand {
	uint64_t path; /* hash */
	uint64_t pc;
	uint32_t op;
	uint32_t occurrence;
};

struct drive {
	struct examiner *examiner;
	struct diag *diag;
	struct stand stands[LOCK_CYCLE_MAX];
	size_t count;
	struct exact_locations exact;
	struct location_map map;
	struct decision_list list; /* what is executed next; `events` is not used */
	uint32_t delayed_at;	   /* event of the last decision that was added */
	uint32_t candidate;	   /* the how-manieth thread it chooses */
	struct lock_drive *result;
};

static bool is_stand(const struct stand *stand, const struct recording *recording,
	const struct wire_event *event)
{
	return event->decision == WIRE_DECISION_NONE && event->thread != WIRE_NONE &&
	       event->pc == stand->pc && event->op == stand->op &&
	       recording_path_hash(recording, event->thread) == stand->path;
}

static void take_stands(
	struct drive *drive, const struct recording *recording, const struct lock_cycle *cycle)
{
	drive->count = cycle->length;
	for (size_t i = 0; i < cycle->length; i++) {
		const struct wire_event *wanted = &recording->events[cycle->steps[i].wanted];
		struct stand *stand = &drive->stands[i];

		*stand = (struct stand){
			.path = recording_path_hash(recording, wanted->thread),
			.pc = wanted->pc,
			.op = wanted->op,
		};
		for (uint32_t e = 0; e <= cycle->steps[i].wanted; e++)
			stand->occurrence += is_stand(stand, recording, &recording->events[e]);
	}
}

/* ---- one execution ---- */

static int keep(
	struct drive *drive, const struct observation *seen, struct wire_location *ranges)
{
	struct lock_drive *result = drive->result;

	result->kind = seen->kind;
	result->hash = seen->hash;
	result->decisions = drive->list.items;
	result->decision_count = drive->list.count;
	result->locations = ranges;
	result->location_count = drive->exact.count;
	drive->list.items = NULL;
	drive->list.count = 0;
	return 0;
}

static int execute(struct drive *drive, struct observation *ret_seen)
{
	struct wire_location *ranges = exact_locations_ranges(&drive->exact);
	const struct server_request request = {
		.wire = { .strategy = WIRE_STRATEGY_REPLAY, .execution = 1 },
		.decisions = drive->list.items,
		.decision_count = drive->list.count,
		.locations = ranges,
		.location_count = drive->exact.count,
	};
	int r = ranges ? examine_recorded(drive->examiner, &request, ret_seen, drive->diag)
		       : -ENOMEM;

	if (r >= 0 && ret_seen->kind != FINDING_NONE)
		return keep(drive, ret_seen, ranges);
	free(ranges);
	return r;
}

/* ---- who is to wait ---- */

/* The threads of the cycle, while the events of an execution go by. */
struct progress {
	uint32_t occurrences[LOCK_CYCLE_MAX];
	bool standing[LOCK_CYCLE_MAX];
};

static bool all_stand(const struct drive *drive, const struct progress *progress)
{
	for (size_t i = 0; i < drive->count; i++)
		if (!progress->standing[i])
			return false;
	return true;
}

/* The place in the cycle of that thread, or the cycle's length. */
static size_t place_of(
	const struct drive *drive, const struct recording *recording, uint32_t thread)
{
	size_t i = 0;

	while (i < drive->count &&
		(thread == WIRE_NONE ||
			recording_path_hash(recording, thread) != drive->stands[i].path))
		i++;
	return i;
}

/* Returns false when a thread has gone on from its stand: it is too late then. */
static bool advance(const struct drive *drive, struct progress *progress,
	const struct recording *recording, const struct wire_event *event)
{
	size_t i = place_of(drive, recording, event->thread);

	if (event->decision != WIRE_DECISION_NONE || i == drive->count)
		return true;
	if (progress->standing[i])
		return false;
	if (is_stand(&drive->stands[i], recording, event))
		progress->standing[i] =
			++progress->occurrences[i] == drive->stands[i].occurrence;
	return true;
}

/*
 * The first choice by which a thread leaves its stand too early, or WIRE_NONE: all stood, or
 * there was no choice.
 */
static uint32_t find_early(const struct drive *drive, const struct recording *recording)
{
	struct progress progress = { 0 };

	for (uint32_t e = 0; e < recording->event_count; e++) {
		const struct wire_event *event = &recording->events[e];
		size_t chosen = place_of(drive, recording, event->chosen);

		if (!advance(drive, &progress, recording, event) || all_stand(drive, &progress))
			return WIRE_NONE;
		if (event->decision != WIRE_DECISION_PREEMPT &&
			event->decision != WIRE_DECISION_NEXT)
			continue;
		if (chosen < drive->count && progress.standing[chosen])
			return e;
	}
	return WIRE_NONE;
}

/* ---- who goes instead ---- */

static bool is_there(const struct recording *recording, uint32_t thread, uint32_t event)
{
	uint32_t birth = thread_birth(recording, thread);

	if (thread != 0 && (birth == WIRE_NONE || birth > event))
		return false;
	for (size_t i = recording->event_count; i-- > (size_t)event + 1;)
		if (recording->events[i].thread == thread)
			return true;
	return false;
}

static bool stands_before(const struct drive *drive, const struct recording *recording,
	uint32_t thread, uint32_t event)
{
	struct progress progress = { 0 };
	size_t place = place_of(drive, recording, thread);

	for (uint32_t e = 0; e < event && place < drive->count; e++)
		if (!advance(drive, &progress, recording, &recording->events[e]))
			return true;
	return place < drive->count && progress.standing[place];
}

/* The n-th thread that may go on there: those of the cycle first, then all others. */
static uint32_t candidate_thread(const struct drive *drive, const struct recording *recording,
	uint32_t event, uint32_t n)
{
	for (int round = 0; round < 2; round++)
		for (uint32_t t = 0; t < recording->thread_count; t++) {
			bool own = place_of(drive, recording, t) < drive->count;

			if (own == (round == 0) && is_there(recording, t, event) &&
				!stands_before(drive, recording, t, event) && n-- == 0)
				return t;
		}
	return WIRE_NONE;
}

static int add_decision(
	struct drive *drive, const struct wire_decision *decision, uint64_t chosen)
{
	struct decision_list *list = &drive->list;
	struct wire_decision *items =
		reallocarray(list->items, list->count + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	list->items = items;
	items[list->count] = *decision;
	items[list->count++].value = chosen;
	return 0;
}

/* Sends somebody else at that choice. Returns 0 when there is nobody to send. */
static int delay(struct drive *drive, const struct recording *recording, uint32_t event)
{
	bool again = event == drive->delayed_at;
	uint32_t number = again ? drive->candidate + 1 : 0;
	uint32_t thread = candidate_thread(drive, recording, event, number);
	struct decision_list choices = { 0 };
	size_t i = 0;
	int r = decisions_extract(recording, DECISIONS_ON_THREADS, &drive->map, &choices);

	if (again && drive->list.count)
		drive->list.count--;
	while (r >= 0 && i < choices.count && choices.events[i] != event)
		i++;
	if (r >= 0 && i < choices.count && thread != WIRE_NONE) {
		r = add_decision(
			drive, &choices.items[i], recording_path_hash(recording, thread));
		r = r < 0 ? r : 1;
	}
	drive->delayed_at = event;
	drive->candidate = number;
	decision_list_release(&choices);
	return r;
}

/* The decisions up to the first thread's stand: those behind it are for others to take. */
static int set_out(struct drive *drive, const struct recording *recording)
{
	struct decision_list all = { 0 };
	uint32_t end = find_early(drive, recording);
	int r = decisions_extract(recording, DECISIONS_UNUSUAL, &drive->map, &all);

	for (size_t i = 0; i < all.count && r >= 0; i++)
		if (all.events[i] < end)
			r = add_decision(drive, &all.items[i], all.items[i].value);
	decision_list_release(&all);
	return r;
}

static int run(struct drive *drive, const struct recording *recording)
{
	int r = set_out(drive, recording);

	for (int trial = 0; trial < TRIALS_MAX && r >= 0; trial++) {
		struct observation seen = { 0 };
		uint32_t early = WIRE_NONE;

		r = execute(drive, &seen);
		if (r >= 0 && drive->result->kind == FINDING_NONE)
			early = find_early(drive, seen.recording);
		if (early != WIRE_NONE)
			r = delay(drive, seen.recording, early);
		observation_release(&seen);
		if (early == WIRE_NONE || r == 0)
			break;
	}
	return r < 0 ? r : 0;
}

int lock_drive(struct examiner *examiner, const struct recording *recording,
	const struct lock_cycle *cycle, struct lock_drive *ret_drive, struct diag *diag)
{
	struct drive drive = {
		.examiner = examiner,
		.diag = diag,
		.delayed_at = WIRE_NONE,
		.result = ret_drive,
	};
	int r;

	*ret_drive = (struct lock_drive){ .kind = FINDING_NONE };
	drive.map = exact_locations_map(&drive.exact);
	take_stands(&drive, recording, cycle);
	r = run(&drive, recording);
	exact_locations_release(&drive.exact);
	free(drive.list.items);
	if (r < 0)
		lock_drive_release(ret_drive);
	return r;
}

void lock_drive_release(struct lock_drive *drive)
{
	free(drive->decisions);
	free(drive->locations);
	*drive = (struct lock_drive){ .kind = FINDING_NONE };
}
