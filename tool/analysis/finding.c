/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a failing execution to a finding: recorded, written down as decisions, minimised,
 * replayed. See finding.h. Each step goes on from what the step before was seen to do; a step
 * that is not seen to show the same failure ends the examination, and the finding says so.
 */
#include "tool/analysis/examination.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/divergence.h"
#include "tool/analysis/draft.h"
#include "tool/analysis/failing_request.h"
#include "tool/analysis/finding_save.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/lost_wakeup.h"
#include "tool/analysis/misuse.h"
#include "tool/analysis/plan.h"
#include "tool/analysis/race.h"
#include "tool/analysis/race_effect.h"
#include "tool/analysis/suppressions.h"
#include "tool/analysis/verify.h"
#include "tool/launch/machine.h"
#include "tool/launch/clock.h"

#define REPLAY_COUNT 10u
/* Executions in which a difference is looked for. */
#define REASON_EXECUTIONS 10

/* ---- what an observation shows ---- */

static bool is_race(const struct examination *e)
{
	return e->failure->kind == FINDING_DATA_RACE;
}

/* Something beside which the execution went on, and ended as it would have. */
bool examination_is_aside(const struct examination *e)
{
	return is_race(e) || e->failure->kind == FINDING_LOCK_MISUSE;
}

/* Whether the race or misuse is among those seen; a recording is then about that one. */
int examination_shows_aside(struct examination *e, struct observation *seen)
{
	struct symbols *symbols =
		seen->recording ? examiner_symbols(&e->examiner, seen->recording, e->diag)
				: e->examiner.symbols;
	uint32_t race, misuse;

	if (!symbols)
		return -ENOMEM;
	misuse = misuse_find(
		symbols, seen->misuses, seen->misuse_count, e->finding->fingerprint);
	if (seen->recording)
		seen->recording->misuse = misuse;
	if (!is_race(e))
		return misuse != WIRE_NONE;
	race = race_find(symbols, seen->races, seen->race_count, e->finding->fingerprint);
	if (seen->recording)
		seen->recording->race = race;
	return race != WIRE_NONE;
}

/* Returns 1 when the recorded observation is this finding, 0 when not. */
int examination_is_same(struct examination *e, struct observation *seen)
{
	uint64_t other;
	int r;

	if (examination_is_aside(e))
		return examination_shows_aside(e, seen);
	if (seen->kind != e->finding->kind)
		return 0;
	r = observation_fingerprint(&e->examiner, seen, &other, e->diag);
	if (r < 0)
		return r;
	return other == e->finding->fingerprint;
}

/*
 * Executes with recording. Returns 1 when it shows the finding, 0 when not. The stack of a
 * race's earlier access is only there when it was watched for: by an execution that knows when
 * it comes.
 */
int examination_look(struct examination *e, const struct server_request *request,
	struct observation *ret_seen)
{
	struct server_request watched = *request;
	const struct recording *before = e->finding->recording;
	const struct wire_race *race;
	int r;

	/* It comes as in the recording before, unless that is of another schedule. */
	if (is_race(e) && before && before->race != WIRE_NONE)
		race_watch(&before->races[before->race], &watched.wire);
	r = examine_recorded(&e->examiner, &watched, ret_seen, e->diag);
	if (r >= 0)
		r = examination_is_same(e, ret_seen);
	if (r <= 0 || !is_race(e))
		return r;
	race = &ret_seen->recording->races[ret_seen->recording->race];
	if (race->earlier.stack != WIRE_NONE || !race->earlier.pc)
		return r;
	race_watch(race, &watched.wire);
	observation_release(ret_seen);
	r = examine_recorded(&e->examiner, &watched, ret_seen, e->diag);
	return r < 0 ? r : examination_is_same(e, ret_seen);
}

/* Takes over recording and output as what is to be reported. */
void examination_keep(struct examination *e, struct observation *seen)
{
	recording_free(e->finding->recording);
	free(e->finding->output);
	e->finding->recording = seen->recording;
	e->finding->output = seen->output;
	seen->recording = NULL;
	seen->output = NULL;
}

/* Two recordings of what should have been the same: the finding can't be repeated. */
static void give_reason(
	struct examination *e, const struct recording *a, const struct recording *b)
{
	struct symbols *symbols = examiner_symbols(&e->examiner, a, e->diag);

	e->finding->deterministic = false;
	free(e->finding->reason);
	e->finding->reason = symbols ? divergence_describe(a, b, symbols) : NULL;
}

/* ---- step 1: the failure again, recorded ---- */

/* None of them failed: either they differ by themselves, or only from the one that did. */
static void give_unrepeated(
	struct examination *e, const struct observation *a, const struct observation *b)
{
	size_t event;

	e->finding->unrepeated = true;
	e->finding->deterministic = false;
	if (divergence_find(a->recording, b->recording, &event))
		give_reason(e, a->recording, b->recording);
	else
		e->finding->reason = strdup(machine_fixes_addresses()
						    ? "executed again with the same seed, it "
						      "did not fail; what differed lies "
						      "outside of what weft controls"
						    : "executed again with the same seed, it "
						      "did not fail; addresses are random "
						      "here: see weft doctor");
}

/* Returns 1 when the failing request showed it again, 0 when not. */
static int failed_again(struct examination *e, struct observation *seen)
{
	struct symbols *symbols;

	if (!examination_is_aside(e))
		return seen->kind == e->failure->kind;
	symbols = examiner_symbols(&e->examiner, seen->recording, e->diag);
	if (!symbols)
		return -ENOMEM;
	e->finding->fingerprint = is_race(e) ? race_fingerprint(symbols, e->failure->race)
					     : misuse_fingerprint(symbols, e->failure->misuse);
	return examination_shows_aside(e, seen);
}

/*
 * Executes the failing request again until it fails in the same way, at most thrice: what
 * happens only sometimes is told as not deterministic.
 */
static int reproduce(struct examination *e)
{
	struct server_request request = failing_request(e->failure);
	struct observation seen[3] = { 0 };
	int count = 0, r = 0;

	while (count < 3 && r == 0) {
		r = examine_recorded(&e->examiner, &request, &seen[count], e->diag);
		if (r >= 0)
			r = failed_again(e, &seen[count++]);
	}
	if (r >= 0) {
		if (r == 0)
			give_unrepeated(e, &seen[0], &seen[1]);
		examination_keep(e, &seen[count - 1]);
	}
	for (int i = 0; i < 3; i++)
		observation_release(&seen[i]);
	return r;
}

/* ---- step 2: the recording as decisions by source lines ---- */

/*
 * Replays the recording by exact addresses, with all code of the lines in `lines` as points,
 * and keeps that recording if it shows the same.
 */
static int record_with_whole_lines(struct examination *e, const struct schedule *lines)
{
	struct exact_locations exact = { 0 };
	struct location_map map = exact_locations_map(&exact);
	struct decision_list list = { 0 };
	struct observation seen = { 0 };
	struct server_request request = { 0 };
	struct wire_location *ranges = NULL;
	struct plan plan = { 0 };
	int r;

	r = plan_new(lines, e->examiner.symbols, &plan, e->diag);
	if (r >= 0)
		r = plan_request(&plan, plan.decisions, plan.count, &request);
	if (r >= 0)
		r = decisions_extract(e->finding->recording, DECISIONS_UNUSUAL, &map, &list);
	if (r < 0)
		goto out;
	ranges = exact_locations_ranges(&exact);
	request.decisions = list.items;
	request.decision_count = list.count;
	request.locations = ranges;
	request.location_count = exact.count;
	r = ranges ? examination_look(e, &request, &seen) : -ENOMEM;
	if (r > 0)
		examination_keep(e, &seen);
out:
	observation_release(&seen);
	plan_request_release(&request);
	plan_release(&plan);
	free(ranges);
	decision_list_release(&list);
	exact_locations_release(&exact);
	return r;
}

static bool names_plain_accesses(const struct schedule *schedule)
{
	for (size_t i = 0; i < schedule->decision_count; i++)
		if (schedule->decisions[i].op == OP_READ ||
			schedule->decisions[i].op == OP_WRITE)
			return true;
	return false;
}

int examination_draft(struct examination *e, struct schedule **ret_schedule)
{
	struct symbols *symbols =
		examiner_symbols(&e->examiner, e->finding->recording, e->diag);
	struct schedule *schedule = symbols ? draft_settings(e->lab->setup) : NULL;
	int r;

	if (!schedule)
		return -ENOMEM;
	r = draft_decisions(schedule, e->finding->recording, symbols);
	if (r < 0) {
		schedule_free(schedule);
		return r;
	}
	*ret_schedule = schedule;
	return 0;
}

/*
 * Plain accesses are counted by lines, so all accesses of those lines have to be points: then
 * the counts come from a second recording in which they are.
 */
static int write_down(struct examination *e)
{
	struct schedule *first;
	int r = examination_draft(e, &first);

	if (r < 0)
		return r;
	if (!names_plain_accesses(first) || e->lab->setup->config.points == WIRE_POINTS_ALL) {
		e->schedule = first;
		return 0;
	}
	r = record_with_whole_lines(e, first);
	schedule_free(first);
	return r < 0 ? r : examination_draft(e, &e->schedule);
}

bool examination_is_stopped(const struct examination *e)
{
	return e->lab->stopped && e->lab->stopped();
}

/* ---- step 4: again and again ---- */

/* Returns 1 when it showed the finding, in the same events, and 0 when not. */
static int replay_once(
	struct examination *e, const struct server_request *request, uint32_t number)
{
	struct default_replays *shared =
		is_race(e) && e->plan.count == 0 ? e->lab->defaults : NULL;
	struct observation seen = { 0 };
	bool known = shared && number < shared->count;
	int r = 0;

	if (known)
		seen = shared->seen[number];
	else
		r = examine(&e->examiner, request, &seen, e->diag);
	if (r >= 0)
		r = examination_is_aside(e) ? examination_shows_aside(e, &seen)
					    : seen.kind == e->finding->kind;
	if (r > 0)
		r = seen.hash == e->finding->hash;
	if (shared && !known && number == shared->count && number < DEFAULT_REPLAYS && r >= 0)
		shared->seen[shared->count++] = seen;
	else if (!known)
		observation_release(&seen);
	return r;
}

static int replay(struct examination *e)
{
	struct finding *finding = e->finding;
	uint32_t count = e->lab->replay_count ? e->lab->replay_count : REPLAY_COUNT;
	struct server_request request;
	struct observation seen = { 0 };
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	if (e->lab->hasty)
		count = 1;
	finding->hash = finding->recording->result.hash;
	for (; finding->replays < count; finding->replays++) {
		if (finding->replays && examination_is_stopped(e))
			break;
		r = replay_once(e, &request, finding->replays);
		if (r < 0)
			break;
		finding->replays_reproduced += (uint32_t)r;
	}
	if (r >= 0 && finding->replays_reproduced < finding->replays) {
		r = examine_recorded(&e->examiner, &request, &seen, e->diag);
		if (r >= 0)
			give_reason(e, finding->recording, seen.recording);
		observation_release(&seen);
	}
	plan_request_release(&request);
	return r;
}

#define READER_ROUNDS 4

/*
 * Replays with the request's points, then again with those accesses that proved to conflict as
 * points too, until there are no more. Keeps the last recording that shows the finding.
 */
static int record_with_conflicts(struct examination *e, struct server_request *request)
{
	int r = 1;

	for (int round = 0; round < READER_ROUNDS && r > 0 && !examination_is_stopped(e);
		round++) {
		struct observation seen = { 0 };
		size_t learned = 0;

		r = examination_look(e, request, &seen);
		if (r > 0) {
			examination_keep(e, &seen);
			learned = seen.learned_count;
			r = plan_request_add_points(request, seen.learned, learned);
		}
		observation_release(&seen);
		r = r < 0 ? r : learned > 0;
	}
	return r;
}

/*
 * Once more with all points of the failing execution, which decide nothing now but show in the
 * interleaving what else the threads shared. Left as it is when that does not show the same.
 */
int examination_record_accesses(struct examination *e)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	r = plan_request_add_points(&request, e->failure->points, e->failure->point_count);
	request.wire.record = WIRE_RECORD_ACCESSES;
	if (r >= 0 && is_race(e))
		r = plan_request_add_race(
			&request, &e->finding->recording->races[e->finding->recording->race]);
	if (r >= 0)
		r = record_with_conflicts(e, &request);
	plan_request_release(&request);
	return r;
}

/* ---- step 5: what the reports need ---- */

/*
 * The failing request a few times more, compared with the first of them: when the executions
 * differ by themselves, that is the reason. Returns 0 or a negative errno.
 */
static int look_for_reason(struct examination *e)
{
	struct server_request request = failing_request(e->failure);
	struct observation first = { 0 }, other = { 0 };
	size_t event;
	int r = examine_recorded(&e->examiner, &request, &first, e->diag);

	for (int i = 0; i < REASON_EXECUTIONS && r >= 0 && !e->finding->reason; i++) {
		r = examine_recorded(&e->examiner, &request, &other, e->diag);
		if (r >= 0 && divergence_find(first.recording, other.recording, &event))
			give_reason(e, first.recording, other.recording);
		observation_release(&other);
	}
	observation_release(&first);
	return r;
}

/*
 * Most races and misuses show without any decision, for which all of the above is needless.
 * Returns 1 when this one does, and then the schedule is empty.
 */
static int try_without_decisions(struct examination *e)
{
	struct server_request request = {
		.wire = { .strategy = WIRE_STRATEGY_REPLAY, .execution = 1 },
	};
	struct observation seen = { 0 };
	int r = examination_look(e, &request, &seen);

	if (r > 0) {
		examination_keep(e, &seen);
		e->schedule = draft_settings(e->lab->setup);
		e->finding->minimal = true;
		r = e->schedule ? examination_plan(e) : -ENOMEM;
	}
	observation_release(&seen);
	return r < 0 ? r : e->schedule != NULL;
}

static int find_schedule(struct examination *e)
{
	int r = examination_is_aside(e) ? try_without_decisions(e) : 0;

	if (r != 0)
		return r;
	r = write_down(e);
	return r < 0 ? r : examination_shrink(e);
}

/* Whether the user does not want to hear of it. */
static bool is_suppressed(struct examination *e)
{
	const struct recording *recording = e->finding->recording;
	struct symbols *symbols = e->examiner.symbols;
	struct suppression *suppression = NULL;

	if (recording->misuse < recording->misuse_count) {
		if (!misuse_is_certain(symbols, &recording->misuses[recording->misuse]))
			return true;
		suppression =
			suppressions_find_misuse(e->lab->suppressions, symbols, recording);
	} else if (is_race(e))
		suppression = suppressions_find_race(e->lab->suppressions, symbols, recording);
	if (suppression)
		suppression->findings++;
	return suppression != NULL;
}

/* Steps 2 to 4. Returns 1 when the schedule shows the finding, 0 when it can't be had again. */
static int examine_schedule(struct examination *e)
{
	int r = find_schedule(e);

	if (r > 0) {
		r = replay(e);
		if (r >= 0)
			r = examination_record_accesses(e);
		r = r < 0 ? r : 1;
	}
	if (r == 0 && !e->finding->reason)
		r = look_for_reason(e);
	if (r == 0 && !e->finding->reason) {
		e->finding->deterministic = false;
		e->finding->reason =
			strdup("its decisions alone, replayed, did not lead to it again");
	}
	return r;
}

/* Is it a lost wakeup? That takes an execution in which the wakeup was not lost. */
static int refine_deadlock(struct examination *e)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, 0, &request);

	if (r < 0)
		return r;
	r = lost_wakeup_confirm(&e->examiner, e->finding->recording, &request, e->diag);
	plan_request_release(&request);
	if (r > 0)
		e->finding->kind = FINDING_LOST_WAKEUP;
	return r < 0 ? r : 0;
}

static int run(struct examination *e)
{
	struct observation seen = { 0 };
	int r = reproduce(e);

	if (r < 0)
		return r;
	e->finding->kind = e->failure->kind;
	seen.kind = e->finding->unrepeated ? FINDING_NONE : e->finding->kind;
	seen.recording = e->finding->recording;
	if (!examination_is_aside(e))
		r = observation_fingerprint(
			&e->examiner, &seen, &e->finding->fingerprint, e->diag);
	if (r < 0)
		return r;
	e->finding->suppressed = is_suppressed(e);
	if (e->finding->suppressed)
		return 0;
	if (e->finding->deterministic &&
		!(e->lab->known &&
			findings_by_fingerprint(e->lab->known, e->finding->fingerprint))) {
		r = examine_schedule(e);
		if (r < 0)
			return r;
	}
	if (e->finding->replays && e->finding->kind == FINDING_DEADLOCK) {
		r = refine_deadlock(e);
		if (r < 0)
			return r;
	}
	e->finding->executions_spent = e->examiner.executions;
	r = finding_describe(e->finding, &e->examiner, e->diag);
	if (r < 0 || !e->finding->replays)
		return r;
	e->finding->schedule = e->schedule;
	e->schedule = NULL;
	if (is_race(e) && !e->lab->hasty && !examination_is_stopped(e))
		r = race_effect_find(e->lab, e->finding, e->diag);
	if (r < 0)
		return r;
	return finding_save(e->lab, e->failure, e->finding);
}

int finding_new(const struct finding_lab *lab, const struct finding_failure *failure,
	struct finding **ret_finding, struct diag *diag)
{
	struct examination e = {
		.lab = lab,
		.failure = failure,
		.examiner = {
			.server = lab->server,
			.expectation = lab->expectation,
			.cache = lab->symbols,
		},
		.diag = diag,
	};
	int r;

	diag->text[0] = '\0';
	e.finding = calloc(1, sizeof(*e.finding));
	if (!e.finding)
		return diag_set(diag, -ENOMEM, "no memory to examine a finding");
	e.finding->first_execution = failure->request.execution;
	e.finding->times_seen = 1;
	e.finding->deterministic = true;
	r = run(&e);
	schedule_free(e.schedule);
	plan_release(&e.plan);
	pc_map_release(&e.keys);
	examiner_release(&e.examiner);
	if (r >= 0) {
		*ret_finding = e.finding;
		return 0;
	}
	finding_free(e.finding);
	if (!diag->text[0])
		diag_set(diag, r, "cannot examine a finding: %s", strerror(-r));
	return r;
}
