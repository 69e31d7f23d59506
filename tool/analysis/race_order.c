/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Driving a race the other way round. The thread of the earlier access is preempted right in
 * front of it, and kept from running until the other thread has done its access: each time the
 * schedule would let it go on, another decision sends somebody else, first the other thread,
 * then whoever may still have to create it. See race_order.h.
 */
#include "tool/analysis/race_order.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/race.h"
#include "tool/analysis/resolve.h"
#include "tool/analysis/thread_birth.h"

/* Executions in search of the other order. */
#define TRIALS_MAX 16

/* How an execution ended, as far as it is compared. */
struct ending {
	enum finding_kind kind;
	uint32_t verdict;
	int32_t value;
	uint64_t key;
	uint64_t output_hash;
};

struct drive {
	struct examiner *examiner;
	struct diag *diag;
	struct race_order *order;
	struct wire_race race;
	struct exact_locations exact;
	struct location_map map;
	struct decision_list list; /* what is executed next; `events` is not used */
	uint64_t *points;
	size_t point_count;
	struct ending base;
	uint32_t delayed_at; /* event of the last decision that keeps the earlier one back */
	uint32_t candidate;  /* which thread that decision chooses: see candidate_thread() */
};

/* ---- one execution ---- */

static struct ending ending_of(const struct observation *seen)
{
	return (struct ending){
		.kind = seen->kind,
		.verdict = seen->recording->result.verdict,
		.value = seen->recording->result.value,
		.key = seen->key,
		.output_hash = seen->output_hash,
	};
}

static int keep_failing(
	struct drive *drive, const struct observation *seen, struct wire_location *ranges)
{
	struct race_order *order = drive->order;
	size_t count = drive->list.count;

	order->decisions = calloc(count + 1, sizeof(*order->decisions));
	order->points = calloc(drive->point_count + 1, sizeof(*order->points));
	if (!order->decisions || !order->points) {
		free(ranges);
		return -ENOMEM;
	}
	if (count)
		memcpy(order->decisions, drive->list.items, count * sizeof(*order->decisions));
	memcpy(order->points, drive->points, drive->point_count * sizeof(*order->points));
	order->decision_count = count;
	order->point_count = drive->point_count;
	order->locations = ranges;
	order->location_count = drive->exact.count;
	order->kind = seen->kind;
	order->hash = seen->hash;
	return 0;
}

/* Executes the list, and keeps what it takes to have it again if it is the first that fails. */
static int execute(struct drive *drive, struct observation *ret_seen)
{
	struct wire_location *ranges = exact_locations_ranges(&drive->exact);
	const struct server_request request = {
		.wire = { .strategy = WIRE_STRATEGY_REPLAY, .execution = 1 },
		.points = drive->points,
		.point_count = drive->point_count,
		.decisions = drive->list.items,
		.decision_count = drive->list.count,
		.locations = ranges,
		.location_count = drive->exact.count,
	};
	int r = ranges ? examine_recorded(drive->examiner, &request, ret_seen, drive->diag)
		       : -ENOMEM;

	if (r >= 0 && ret_seen->kind != FINDING_NONE && drive->order->kind == FINDING_NONE)
		return keep_failing(drive, ret_seen, ranges);
	free(ranges);
	return r;
}

/* ---- decisions ---- */

static int every_choice(
	struct drive *drive, const struct recording *recording, struct decision_list *ret_list)
{
	return decisions_extract(recording, DECISIONS_ON_THREADS, &drive->map, ret_list);
}

/* Index in the list of the choice taken at that event, or its count. */
static size_t choice_at(const struct decision_list *list, uint32_t event)
{
	size_t i = 0;

	while (i < list->count && list->events[i] != event)
		i++;
	return i;
}

/* The first choice that `thread` brought after that event, or the list's count. */
static size_t choice_of(const struct decision_list *list, const struct recording *recording,
	uint32_t thread, uint32_t after)
{
	size_t i = 0;

	while (i < list->count && (list->events[i] <= after ||
					  recording->events[list->events[i]].thread != thread))
		i++;
	return i;
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

/* ---- keeping the earlier access back ---- */

static bool runs_later(const struct recording *recording, uint32_t thread, uint32_t position)
{
	for (size_t i = recording->event_count; i-- > (size_t)position + 1;)
		if (recording->events[i].thread == thread)
			return true;
	return false;
}

static bool is_there(const struct recording *recording, uint32_t thread, uint32_t position)
{
	uint32_t birth = thread_birth(recording, thread);

	return (thread == 0 || birth < position) && runs_later(recording, thread, position);
}

/*
 * Who may be sent instead at an event, the n-th: the thread of the later access, those that it
 * descends from, then all others. WIRE_NONE: no more.
 */
static uint32_t candidate_thread(const struct drive *drive, const struct recording *recording,
	uint32_t event, uint32_t n)
{
	uint32_t line = drive->race.later.thread;
	uint32_t thread, depth;

	/* The record may be damaged: then a line of descent need not end. */
	for (depth = 0; line < recording->thread_count && depth < recording->thread_count;
		depth++, line = recording->threads[line].parent)
		if (line != drive->race.earlier.thread && is_there(recording, line, event) &&
			n-- == 0)
			return line;
	for (thread = 0; thread < recording->thread_count; thread++)
		if (thread != drive->race.earlier.thread &&
			is_there(recording, thread, event) && n-- == 0)
			return thread;
	return WIRE_NONE;
}

/* Sends somebody else at that choice. Returns 0 when there is nobody, or no choice. */
static int delay(struct drive *drive, const struct recording *recording, uint32_t event)
{
	bool again = event == drive->delayed_at;
	uint32_t number = again ? drive->candidate + 1 : 0;
	uint32_t thread = candidate_thread(drive, recording, event, number);
	struct decision_list choices = { 0 };
	size_t i;
	int r = every_choice(drive, recording, &choices);

	if (r < 0)
		return r;
	i = choice_at(&choices, event);
	if (again)
		drive->list.count--;
	if (i < choices.count && thread != WIRE_NONE) {
		r = add_decision(
			drive, &choices.items[i], recording_path_hash(recording, thread));
		r = r < 0 ? r : 1;
	}
	drive->delayed_at = event;
	drive->candidate = number;
	decision_list_release(&choices);
	return r;
}

enum course { COURSE_REVERSED, COURSE_RESUMED, COURSE_ENDED };

/* Whether the thread of the later access stands in front of it at that event. */
static bool is_pending(
	const struct drive *drive, const struct recording *recording, uint32_t event)
{
	while (event-- > 0)
		if (recording->events[event].decision == WIRE_DECISION_NONE &&
			recording->events[event].thread == drive->race.later.thread)
			return race_is_access(&recording->events[event], &drive->race.later);
	return false;
}

/*
 * What happened after the earlier access's event: the later access came, or its thread was let
 * go on first. `ret_event` is the event of that.
 */
static enum course follow(const struct drive *drive, const struct recording *recording,
	uint32_t earlier, uint32_t *ret_event)
{
	bool pending = is_pending(drive, recording, earlier);

	for (uint32_t i = earlier + 1; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];
		bool chooses = event->decision == WIRE_DECISION_PREEMPT ||
			       event->decision == WIRE_DECISION_NEXT;

		*ret_event = i;
		if (race_is_access(event, &drive->race.later) ||
			(chooses && pending && event->chosen == drive->race.later.thread))
			return COURSE_REVERSED;
		if (chooses && event->chosen == drive->race.earlier.thread)
			return COURSE_RESUMED;
		if (event->decision == WIRE_DECISION_NONE &&
			event->thread == drive->race.earlier.thread)
			return COURSE_ENDED;
	}
	return COURSE_ENDED;
}

/* Returns 1 with the execution in which the order was the other one, and the later access. */
static int find_other_order(struct drive *drive, uint32_t earlier, struct observation *ret_seen,
	uint32_t *ret_later)
{
	enum course course;
	int r = 1;

	for (int trial = 0; trial < TRIALS_MAX && r > 0; trial++) {
		r = execute(drive, ret_seen);
		if (r < 0)
			return r;
		course = follow(drive, ret_seen->recording, earlier, ret_later);
		if (course == COURSE_REVERSED)
			return 1;
		r = course == COURSE_RESUMED ? delay(drive, ret_seen->recording, *ret_later)
					     : 0;
		observation_release(ret_seen);
	}
	return r < 0 ? r : 0;
}

/* ---- what is compared ---- */

static void compare(struct drive *drive, const struct observation *seen)
{
	struct ending ending = ending_of(seen);
	struct race_order *order = drive->order;

	order->same_ending &= ending.kind == drive->base.kind &&
			      ending.verdict == drive->base.verdict &&
			      ending.value == drive->base.value &&
			      (ending.kind == FINDING_NONE || ending.key == drive->base.key);
	order->same_output &= ending.output_hash == drive->base.output_hash;
	order->fails_in_both &= ending.kind != FINDING_NONE;
}

/* The event at which the thread comes to its next operation, or the last one. */
static uint32_t next_operation(
	const struct recording *recording, uint32_t thread, uint32_t event)
{
	for (event++; event < recording->event_count; event++)
		if (recording->events[event].decision == WIRE_DECISION_NONE &&
			recording->events[event].thread == thread)
			break;
	return event;
}

/*
 * The same again, but `thread` makes room for the other one right after its access at `event`,
 * where by default it goes on.
 */
static int try_switch_after(struct drive *drive, const struct recording *recording,
	const struct wire_access *access, uint32_t event)
{
	uint32_t other = access->thread == drive->race.earlier.thread
				 ? drive->race.later.thread
				 : drive->race.earlier.thread;
	struct decision_list choices = { 0 };
	struct observation seen = { 0 };
	size_t i;
	int r = every_choice(drive, recording, &choices);

	if (r < 0)
		return r;
	i = choice_of(&choices, recording, access->thread,
		next_operation(recording, access->thread, event));
	if (i < choices.count) {
		r = add_decision(
			drive, &choices.items[i], recording_path_hash(recording, other));
		if (r >= 0)
			r = execute(drive, &seen);
		if (r >= 0)
			compare(drive, &seen);
		drive->list.count--;
	}
	observation_release(&seen);
	decision_list_release(&choices);
	return r;
}

/* The decisions of the recording, all of them or those before an event. */
static int take_decisions(struct drive *drive, const struct recording *recording, uint32_t end)
{
	struct decision_list all = { 0 };
	int r = decisions_extract(recording, DECISIONS_UNUSUAL, &drive->map, &all);

	drive->list.count = 0;
	for (size_t i = 0; i < all.count && r >= 0; i++)
		if (all.events[i] < end)
			r = add_decision(drive, &all.items[i], all.items[i].value);
	decision_list_release(&all);
	return r;
}

static int by_value(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* The plain accesses that were points in the recording: so they are in all executions. */
static int take_points(struct drive *drive, const struct recording *recording)
{
	size_t count = 0;

	drive->points = calloc(recording->event_count + 1, sizeof(*drive->points));
	if (!drive->points)
		return -ENOMEM;
	for (size_t i = 0; i < recording->event_count; i++)
		if (recording->events[i].op == OP_READ || recording->events[i].op == OP_WRITE)
			drive->points[count++] = recording->events[i].pc;
	qsort(drive->points, count, sizeof(*drive->points), by_value);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || drive->points[i] != drive->points[drive->point_count - 1])
			drive->points[drive->point_count++] = drive->points[i];
	return 0;
}

/* The order as it is, at its closest: right after the one access the other thread goes on. */
static int try_given_order(
	struct drive *drive, const struct recording *recording, uint32_t earlier)
{
	int r = take_decisions(drive, recording, earlier);

	return r < 0 ? r : try_switch_after(drive, recording, &drive->race.earlier, earlier);
}

static int try_other_order(
	struct drive *drive, const struct recording *recording, uint32_t earlier)
{
	struct observation seen = { 0 };
	uint32_t later;
	int r = take_decisions(drive, recording, earlier);

	if (r >= 0)
		r = find_other_order(drive, earlier, &seen, &later);
	if (r <= 0)
		return r;
	drive->order->driven = true;
	compare(drive, &seen);
	r = try_switch_after(drive, seen.recording, &drive->race.later, later);
	observation_release(&seen);
	return r;
}

static int run(struct drive *drive, const struct recording *recording)
{
	struct observation base = { 0 };
	struct race_events events;
	int r = take_points(drive, recording);

	if (r >= 0)
		r = take_decisions(drive, recording, WIRE_NONE);
	if (r >= 0)
		r = execute(drive, &base);
	if (r >= 0) {
		drive->base = ending_of(&base);
		drive->order->fails_in_both = base.kind != FINDING_NONE;
	}
	if (r >= 0)
		r = race_events_find(base.recording, &drive->race, &events);
	if (r > 0) {
		r = try_other_order(drive, base.recording, events.earlier);
		if (r >= 0 && drive->order->driven)
			r = try_given_order(drive, base.recording, events.earlier);
	}
	observation_release(&base);
	return r;
}

int race_order_drive(struct examiner *examiner, const struct recording *recording,
	struct race_order *ret_order, struct diag *diag)
{
	struct drive drive = {
		.examiner = examiner,
		.diag = diag,
		.order = ret_order,
		.race = recording->races[recording->race],
		.delayed_at = WIRE_NONE,
	};
	int r;

	*ret_order = (struct race_order){ .same_output = true, .same_ending = true };
	drive.map = exact_locations_map(&drive.exact);
	r = run(&drive, recording);
	exact_locations_release(&drive.exact);
	free(drive.list.items);
	free(drive.points);
	if (r < 0)
		race_order_release(ret_order);
	return r < 0 ? r : 0;
}

void race_order_release(struct race_order *order)
{
	free(order->decisions);
	free(order->locations);
	free(order->points);
	*order = (struct race_order){ 0 };
}
