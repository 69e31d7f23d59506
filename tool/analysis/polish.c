/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A minimal schedule is still one of many: the same failure often comes of a switch somewhat
 * earlier or later. People understand best the one with the fewest switches in all, where
 * threads leave off at a lock or another operation that may block, or at the beginning of a
 * line, and as late as possible. See examination.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/examination.h"
#include "tool/analysis/resolve.h"

/* Schedules with more preemptions are not read switch by switch. */
#define PREEMPTIONS_MAX 8
/* Other places tried for one of them. */
#define PLACES_MAX 12
/* Operations of its thread that it may be moved by. */
#define REACH 24

/* How much one expects a switch there; lower is more. */
enum naturalness { NATURAL_BLOCKING, NATURAL_LINE, NATURAL_WITHIN, NATURAL_OUTPUT };

struct polish {
	struct examination *e;
	struct minimise_trial *trial;
	struct schedule *all;		 /* locations of all operations of the recording */
	struct decision_list operations; /* of an execution that nothing disturbs */
	struct decision_list taken;	 /* the schedule's decisions */
	struct observation undisturbed;
	struct plan plan;
	uint64_t switches; /* of the best so far */
	bool moved;
};

static bool may_block(uint32_t op)
{
	switch (op) {
	case OP_MUTEX_LOCK:
	case OP_RWLOCK_RDLOCK:
	case OP_RWLOCK_WRLOCK:
	case OP_SPIN_LOCK:
	case OP_COND_WAIT:
	case OP_SEM_WAIT:
	case OP_BARRIER_WAIT:
	case OP_FUTEX_WAIT:
	case OP_FUTEX_LOCK:
	case OP_THREAD_JOIN:
	case OP_ONCE:
	case OP_YIELD:
	case OP_SLEEP:
	case OP_FD_READ:
	case OP_FD_ACCEPT:
	case OP_FD_POLL:
	case OP_FILE_LOCK:
	case OP_SIGNAL_WAIT:
	case OP_PROCESS_WAIT:
		return true;
	default:
		return false;
	}
}

/* The operation of the same thread before that one, or `operations.count`. */
static size_t before(const struct polish *polish, size_t index)
{
	const struct wire_decision *items = polish->operations.items;

	for (size_t i = index; i-- > 0;)
		if (items[i].thread == items[index].thread)
			return i;
	return polish->operations.count;
}

static enum naturalness naturalness_of(const struct polish *polish, size_t index)
{
	const struct wire_decision *items = polish->operations.items;
	size_t previous = before(polish, index);

	if (may_block(items[index].op))
		return NATURAL_BLOCKING;
	/* A log line that comes and goes is not what the bug hangs on. */
	if (items[index].op == OP_FD_WRITE || items[index].op == OP_STREAM_LOCK)
		return NATURAL_OUTPUT;
	return previous == polish->operations.count ||
			       items[previous].location != items[index].location
		       ? NATURAL_LINE
		       : NATURAL_WITHIN;
}

static size_t operation_of(const struct polish *polish, const struct wire_decision *decision)
{
	for (size_t i = 0; i < polish->operations.count; i++) {
		const struct wire_decision *o = &polish->operations.items[i];

		if (o->thread == decision->thread && o->op == decision->op &&
			o->location == decision->location &&
			o->occurrence == decision->occurrence)
			return i;
	}
	return polish->operations.count;
}

/* ---- trying ---- */

static int try_decisions(struct polish *polish)
{
	polish->trial->spent++;
	return examination_shows(polish->e, polish->plan.decisions, polish->plan.count);
}

struct place {
	size_t operation;
	enum naturalness naturalness;
};

static int by_preference(const void *a, const void *b)
{
	const struct place *left = a, *right = b;

	if (left->naturalness != right->naturalness)
		return left->naturalness < right->naturalness ? -1 : 1;
	return left->operation > right->operation ? -1 : left->operation < right->operation;
}

/* Where else the thread could be left, what is preferred first. Returns how many. */
static size_t find_places(
	const struct polish *polish, size_t current, struct place places[2 * REACH])
{
	const struct wire_decision *items = polish->operations.items;
	enum naturalness now = naturalness_of(polish, current);
	size_t count = 0, earlier = 0, later = 0;

	for (size_t i = current; i-- > 0 && earlier < REACH;)
		if (items[i].thread == items[current].thread && ++earlier &&
			items[i].location != WIRE_NONE && naturalness_of(polish, i) < now)
			places[count++] = (struct place){ i, naturalness_of(polish, i) };
	for (size_t i = current + 1; i < polish->operations.count && later < REACH; i++)
		if (items[i].thread == items[current].thread && ++later &&
			items[i].location != WIRE_NONE && naturalness_of(polish, i) <= now)
			places[count++] = (struct place){ i, naturalness_of(polish, i) };
	qsort(places, count, sizeof(*places), by_preference);
	return count < PLACES_MAX ? count : PLACES_MAX;
}

static void put_at(struct wire_decision *decision, const struct wire_decision *place)
{
	decision->op = place->op;
	decision->location = place->location;
	decision->occurrence = place->occurrence;
}

/*
 * A thread that waits there anyway need not be preempted: who goes on then is decided instead.
 * Returns 1 when that shows the finding and is kept, 0 when not, or a negative errno.
 */
static int wait_instead(struct polish *polish, size_t index, size_t operation)
{
	struct wire_decision *decision = &polish->plan.decisions[index];
	const struct wire_decision before = *decision;
	int r;

	put_at(decision, &polish->operations.items[operation]);
	decision->kind = WIRE_DECISION_NEXT;
	decision->repetition = 1;
	r = try_decisions(polish);
	if (r > 0)
		polish->switches = polish->e->switches;
	else
		*decision = before;
	return r;
}

/* Moves one preemption to the best of the places at which the finding still shows. */
static int move_one(struct polish *polish, size_t index)
{
	struct wire_decision *decision = &polish->plan.decisions[index];
	struct wire_decision best = *decision;
	size_t current = operation_of(polish, decision);
	struct place places[2 * REACH];
	size_t count;
	bool found = false;
	int r = 0;

	if (current == polish->operations.count)
		return 0;
	count = find_places(polish, current, places);
	for (size_t i = 0; i < count && r == 0 && minimise_may_try(polish->trial); i++)
		if (places[i].naturalness == NATURAL_BLOCKING)
			r = wait_instead(polish, index, places[i].operation);
	if (r != 0) {
		polish->moved = polish->moved || r > 0;
		return r < 0 ? r : 0;
	}
	for (size_t i = 0; i < count && r >= 0 && minimise_may_try(polish->trial); i++) {
		put_at(decision, &polish->operations.items[places[i].operation]);
		r = try_decisions(polish);
		if (r > 0 && polish->e->switches < polish->switches + !found) {
			best = *decision;
			polish->switches = polish->e->switches;
			found = true;
		}
	}
	*decision = best;
	polish->moved = polish->moved || found;
	return r < 0 ? r : 0;
}

static int move_all(struct polish *polish)
{
	uint32_t preemptions =
		decisions_count_preemptions(polish->plan.decisions, polish->plan.count);
	int r;

	if (preemptions == 0 || preemptions > PREEMPTIONS_MAX)
		return 0;
	r = try_decisions(polish);
	polish->switches = polish->e->switches;
	for (size_t i = polish->plan.count; i-- > 0 && r > 0;)
		if (polish->plan.decisions[i].kind == WIRE_DECISION_PREEMPT &&
			move_one(polish, i) < 0)
			r = -EIO;
	return r < 0 ? r : polish->moved;
}

/* ---- a plan that knows all places ---- */

/* The code addresses of plain accesses that are points in the recording. */
static int add_points_of(const struct recording *recording, struct server_request *request)
{
	uint64_t *points = calloc(recording->event_count + 1, sizeof(*points));
	size_t count = 0;
	int r;

	if (!points)
		return -ENOMEM;
	for (size_t i = 0; i < recording->event_count; i++)
		if (recording->events[i].decision == WIRE_DECISION_NONE &&
			(recording->events[i].op == OP_READ ||
				recording->events[i].op == OP_WRITE))
			points[count++] = recording->events[i].pc;
	r = plan_request_add_points(request, points, count);
	free(points);
	return r;
}

#define UNDISTURBED_ROUNDS 3

/*
 * A thread that was left for good never came to the operations at which it could be left, too:
 * those are had from an execution without any decision, with the same points and what
 * conflicts besides.
 */
static int record_undisturbed(struct examination *e, struct observation *ret_seen)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	request.decision_count = 0;
	r = add_points_of(e->finding->recording, &request);
	for (int round = 0; round < UNDISTURBED_ROUNDS && r >= 0; round++) {
		observation_release(ret_seen);
		r = examine_recorded(&e->examiner, &request, ret_seen, e->diag);
		if (r < 0 || !ret_seen->learned_count)
			break;
		r = plan_request_add_points(
			&request, ret_seen->learned, ret_seen->learned_count);
	}
	plan_request_release(&request);
	return r;
}

static int prepare(struct polish *polish)
{
	struct examination *e = polish->e;
	const struct recording *recording = e->finding->recording;
	struct symbols *symbols = examiner_symbols(&e->examiner, recording, e->diag);
	struct line_locations lines = { .symbols = symbols, .schedule = polish->all };
	struct location_map map = line_locations_map(&lines);
	int r;

	if (!symbols)
		return -ENOMEM;
	r = record_undisturbed(e, &polish->undisturbed);
	if (r >= 0)
		r = decisions_extract(polish->undisturbed.recording, DECISIONS_POSSIBLE, &map,
			&polish->operations);
	if (r >= 0)
		r = decisions_extract(recording, DECISIONS_UNUSUAL, &map, &polish->taken);
	line_locations_release(&lines);
	if (r < 0)
		return r;
	polish->plan.count = polish->taken.count;
	polish->plan.decisions =
		calloc(polish->taken.count + 1, sizeof(*polish->plan.decisions));
	if (!polish->plan.decisions)
		return -ENOMEM;
	if (polish->taken.count)
		memcpy(polish->plan.decisions, polish->taken.items,
			polish->taken.count * sizeof(*polish->plan.decisions));
	return resolve_locations(polish->all, symbols, &polish->plan.places, e->diag);
}

int examination_polish(struct examination *e, struct minimise_trial *trial)
{
	struct polish polish = { .e = e, .trial = trial, .all = schedule_new() };
	struct plan kept;
	int r = polish.all ? examination_record_accesses(e) : -ENOMEM;

	kept = e->plan;
	if (r >= 0)
		r = prepare(&polish);

	if (r < 0) {
		plan_release(&polish.plan);
		goto out;
	}
	e->plan = polish.plan;
	r = move_all(&polish);
	if (r > 0)
		r = examination_settle(e);
	/* Settled, the plan is a new one; else the old one still stands for the schedule. */
	if (r > 0) {
		plan_release(&kept);
	} else {
		plan_release(&e->plan);
		e->plan = kept;
	}
out:
	/* The recording has more points than the schedule: it is not what replays look like. */
	if (r == 0) {
		r = examination_settle(e);
		r = r < 0 ? r : 0;
	}
	observation_release(&polish.undisturbed);
	decision_list_release(&polish.operations);
	decision_list_release(&polish.taken);
	schedule_free(polish.all);
	return r;
}
