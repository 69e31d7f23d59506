/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a failing execution to a finding: recorded, written down as decisions, minimised,
 * replayed. See finding.h. Each step goes on from what the step before was seen to do; a step
 * that is not seen to show the same failure ends the examination, and the finding says so.
 */
#include "tool/analysis/finding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"
#include "tool/analysis/divergence.h"
#include "tool/analysis/draft.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/minimise.h"
#include "tool/analysis/plan.h"
#include "tool/analysis/simplify.h"
#include "tool/analysis/verify.h"
#include "tool/launch/machine.h"
#include "tool/launch/clock.h"
#include "tool/launch/input.h"
#include "tool/trace/names.h"

#define EXECUTION_LIMIT 300u
#define REPLAY_COUNT 10u
/* Executions in which a difference is looked for. */
#define REASON_EXECUTIONS 10
/* For slow programs: the schedule is then as small as it got. */
#define MINIMISE_LIMIT_NS (20 * NS_PER_S)

struct examination {
	const struct finding_lab *lab;
	const struct finding_failure *failure;
	struct examiner examiner;
	struct finding *finding;
	struct schedule *schedule;
	struct plan plan;
	/* Keys seen while minimising, and whether they are this finding (1) or another (0). */
	struct pc_map keys;
	struct diag *diag;
};

/* ---- what an observation shows ---- */

/* Returns 1 when the recorded observation is this finding, 0 when not. */
static int is_same(struct examination *e, const struct observation *seen)
{
	uint64_t other;
	int r;

	if (seen->kind != e->finding->kind)
		return 0;
	r = observation_fingerprint(&e->examiner, seen, &other, e->diag);
	if (r < 0)
		return r;
	return other == e->finding->fingerprint;
}

/* Takes over recording and output as what is to be reported. */
static void keep_recording(struct examination *e, struct observation *seen)
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

/*
 * Executes the failing request again until it fails in the same way, at most thrice: what
 * happens only sometimes is told as not deterministic.
 */
static int reproduce(struct examination *e)
{
	struct server_request request = {
		.wire = e->failure->request,
		.points = e->failure->points,
		.point_count = e->failure->point_count,
	};
	struct observation seen[3] = { 0 };
	int count = 0, r = 0;

	while (count < 3 && r >= 0) {
		r = examine_recorded(&e->examiner, &request, &seen[count], e->diag);
		if (r < 0)
			break;
		if (seen[count++].kind == e->failure->kind)
			break;
	}
	if (r >= 0) {
		if (seen[count - 1].kind != e->failure->kind)
			give_unrepeated(e, &seen[0], &seen[1]);
		keep_recording(e, &seen[count - 1]);
	}
	for (int i = 0; i < 3; i++)
		observation_release(&seen[i]);
	return r;
}

/* ---- step 2: the recording as decisions by source lines ---- */

/* The exact addresses as the runtime's locations, sorted. The caller frees them. */
static struct wire_location *exact_ranges(const struct exact_locations *exact)
{
	struct wire_location *ranges = calloc(exact->count + 1, sizeof(*ranges));

	if (!ranges)
		return NULL;
	for (uint32_t i = 0; i < exact->count; i++)
		ranges[i] = (struct wire_location){
			.start = exact->pcs[i] - 1,
			.end = exact->pcs[i],
			.location = i,
		};
	qsort(ranges, exact->count, sizeof(*ranges), resolve_by_start);
	return ranges;
}

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
	ranges = exact_ranges(&exact);
	request.decisions = list.items;
	request.decision_count = list.count;
	request.locations = ranges;
	request.location_count = exact.count;
	r = ranges ? examine_recorded(&e->examiner, &request, &seen, e->diag) : -ENOMEM;
	if (r >= 0)
		r = is_same(e, &seen);
	if (r > 0)
		keep_recording(e, &seen);
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

static int draft_from_recording(struct examination *e, struct schedule **ret_schedule)
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
	int r = draft_from_recording(e, &first);

	if (r < 0)
		return r;
	if (!names_plain_accesses(first) || e->lab->setup->config.points == WIRE_POINTS_ALL) {
		e->schedule = first;
		return 0;
	}
	r = record_with_whole_lines(e, first);
	schedule_free(first);
	return r < 0 ? r : draft_from_recording(e, &e->schedule);
}

/* ---- step 3: the fewest decisions ---- */

static bool is_stopped(const struct examination *e)
{
	return e->lab->stopped && e->lab->stopped();
}

static int shows(void *context, const struct wire_decision *decisions, size_t count)
{
	struct examination *e = context;
	struct server_request request;
	struct observation seen = { 0 };
	uint32_t known;
	int r;

	if (is_stopped(e))
		return 0;
	r = plan_request(&e->plan, decisions, count, &request);
	if (r < 0)
		return r;
	r = examine(&e->examiner, &request, &seen, e->diag);
	if (r < 0 || seen.kind != e->finding->kind) {
		r = r < 0 ? r : 0;
	} else if (pc_map_find(&e->keys, seen.key, &known)) {
		r = (int)known;
	} else {
		uint64_t key = seen.key;

		r = examine_recorded(&e->examiner, &request, &seen, e->diag);
		if (r >= 0)
			r = is_same(e, &seen);
		if (r >= 0 && pc_map_add(&e->keys, key, (uint32_t)r) < 0)
			r = -ENOMEM;
	}
	observation_release(&seen);
	plan_request_release(&request);
	return r;
}

static int make_plan(struct examination *e)
{
	struct symbols *symbols =
		examiner_symbols(&e->examiner, e->finding->recording, e->diag);

	plan_release(&e->plan);
	return symbols ? plan_new(e->schedule, symbols, &e->plan, e->diag) : -ENOMEM;
}

/*
 * An execution that reaches a limit, followed only by its decisions, often ends as what it
 * really is: nobody can go on, or all spin for ever. Then it is that.
 */
static int refine_hang(struct examination *e, const struct observation *seen)
{
	if (e->finding->kind != FINDING_HANG ||
		(seen->kind != FINDING_LIVELOCK && seen->kind != FINDING_DEADLOCK))
		return 0;
	e->finding->kind = seen->kind;
	return observation_fingerprint(&e->examiner, seen, &e->finding->fingerprint, e->diag);
}

/*
 * Replays the plan's decisions and, if they show the finding, writes the schedule down anew
 * from that recording: without the decisions that did not come up. Returns 1, or 0 when they
 * don't.
 */
static int settle(struct examination *e)
{
	struct server_request request;
	struct observation seen = { 0 };
	struct schedule *settled;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	r = examine_recorded(&e->examiner, &request, &seen, e->diag);
	plan_request_release(&request);
	if (r >= 0)
		r = refine_hang(e, &seen);
	if (r >= 0)
		r = is_same(e, &seen);
	if (r > 0) {
		keep_recording(e, &seen);
		r = draft_from_recording(e, &settled);
		if (r >= 0) {
			schedule_free(e->schedule);
			e->schedule = settled;
			r = make_plan(e);
		}
		r = r < 0 ? r : 1;
	}
	observation_release(&seen);
	return r;
}

/* Records an execution without decisions, with the points that the schedule needs. */
static int record_sequential(struct examination *e, struct observation *ret_seen)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	request.decision_count = 0;
	r = examine_recorded(&e->examiner, &request, ret_seen, e->diag);
	plan_request_release(&request);
	return r;
}

/* Tries the plan's decisions one by one, and leaves one that shows the finding as its only one.
 */
static int find_single(struct examination *e, struct minimise_trial *trial)
{
	struct plan *plan = &e->plan;
	int r = 0;

	for (size_t i = 0; i < plan->count && r == 0 && minimise_may_try(trial); i++) {
		trial->spent++;
		r = shows(e, &plan->decisions[i], 1);
		if (r > 0)
			plan->decisions[0] = plan->decisions[i];
	}
	if (r > 0)
		plan->count = 1;
	return r;
}

/*
 * Dropping decisions finds a minimum near the schedule that happened to fail. Often one single
 * decision elsewhere leads to the same failure: those that an execution without any would offer
 * are tried one by one.
 */
static int try_single_decisions(struct examination *e, struct minimise_trial *trial)
{
	struct observation seen = { 0 };
	struct plan singles;
	int r = record_sequential(e, &seen);

	if (r >= 0)
		r = simplify_plan(seen.recording, e->schedule, &e->examiner, &singles, e->diag);
	observation_release(&seen);
	if (r < 0)
		return r;
	plan_release(&e->plan);
	e->plan = singles;
	r = find_single(e, trial);
	if (r > 0)
		r = settle(e);
	return r == 0 ? make_plan(e) : r;
}

/* Returns 1 when the schedule as it stands was seen to show the finding, 0 when it does not. */
static int shrink(struct examination *e)
{
	struct minimise_trial trial = {
		.context = e,
		.shows = shows,
		.limit = e->lab->execution_limit ? e->lab->execution_limit : EXECUTION_LIMIT,
		.deadline_ns = clock_now_ns() + MINIMISE_LIMIT_NS,
	};
	size_t before;
	int r = make_plan(e);

	if (r >= 0)
		r = settle(e);
	while (r > 0 && e->plan.count) {
		before = e->plan.count;
		r = minimise(&trial, e->plan.decisions, &e->plan.count);
		if (r >= 0)
			r = settle(e);
		if (e->plan.count >= before || !minimise_may_try(&trial))
			break;
	}
	if (r > 0 && e->plan.count > 1) {
		r = try_single_decisions(e, &trial);
		r = r < 0 ? r : 1;
	}
	return r;
}

/* ---- step 4: again and again ---- */

static int replay(struct examination *e)
{
	struct finding *finding = e->finding;
	uint32_t count = e->lab->replay_count ? e->lab->replay_count : REPLAY_COUNT;
	struct server_request request;
	struct observation seen = { 0 };
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	finding->hash = finding->recording->result.hash;
	for (; finding->replays < count; finding->replays++) {
		if (finding->replays && is_stopped(e))
			break;
		r = examine(&e->examiner, &request, &seen, e->diag);
		if (r < 0)
			break;
		if (seen.kind == finding->kind && seen.hash == finding->hash)
			finding->replays_reproduced++;
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

	for (int round = 0; round < READER_ROUNDS && r > 0; round++) {
		struct observation seen = { 0 };
		size_t learned = 0;

		r = examine_recorded(&e->examiner, request, &seen, e->diag);
		if (r >= 0)
			r = is_same(e, &seen);
		if (r > 0) {
			keep_recording(e, &seen);
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
static int record_for_readers(struct examination *e)
{
	struct server_request request;
	int r = plan_request(&e->plan, e->plan.decisions, e->plan.count, &request);

	if (r < 0)
		return r;
	r = plan_request_add_points(&request, e->failure->points, e->failure->point_count);
	if (r >= 0)
		r = record_with_conflicts(e, &request);
	plan_request_release(&request);
	return r;
}

/* ---- step 5: the file, and what the reports need ---- */

static const char *where_of(const struct finding *finding, struct schedule *schedule)
{
	const struct finding_location *location = finding->locations;
	const char *kept = NULL;
	char *text = NULL;

	if (!finding->location_count || !location->short_file)
		return NULL;
	if (asprintf(&text, "%s:%u%s%s", location->short_file, location->line,
		    location->function ? " " : "",
		    location->function ? location->function : "") >= 0)
		kept = schedule_keep(schedule, text);
	free(text);
	return kept;
}

/* What the program read from stdin goes beside the schedule, which does not replay without. */
static int save_input(struct examination *e)
{
	struct finding *finding = e->finding;
	char *path = NULL;
	struct diag diag;

	if (e->lab->setup->input_fd < 0)
		return 0;
	if (asprintf(&path, "%s/%s.input", e->lab->out_dir, finding->name) < 0)
		return -ENOMEM;
	finding->schedule->input = schedule_keep(finding->schedule, path);
	if (input_save(e->lab->setup->input_fd, path, &diag) < 0)
		finding->unsaved = strdup(diag.text);
	free(path);
	return finding->schedule->input ? 0 : -ENOMEM;
}

/* The file opens with what it shows, for those who meet it in a code review. */
static const char *comment_of(const struct finding *finding, struct schedule *schedule)
{
	const char *kept = NULL;
	char *text = NULL;

	if (asprintf(&text, "%s: %s", finding_kind_name(finding->kind), finding->summary) >= 0)
		kept = schedule_keep(schedule, text);
	free(text);
	return kept;
}

static int save_schedule(struct examination *e)
{
	struct finding *finding = e->finding;
	struct diag diag;
	int r = save_input(e);

	if (r < 0 || finding->unsaved)
		return r;
	if (asprintf(&finding->schedule_path, "%s/%s.weft", e->lab->out_dir, finding->name) <
		0) {
		finding->schedule_path = NULL;
		return -ENOMEM;
	}
	/* A full disk costs the file, not the finding. */
	if (schedule_save(finding->schedule, finding->schedule_path, &diag) < 0) {
		free(finding->schedule_path);
		finding->schedule_path = NULL;
		finding->unsaved = strdup(diag.text);
	}
	return 0;
}

static int save(struct examination *e)
{
	struct finding *finding = e->finding;
	struct schedule *schedule = finding->schedule;

	schedule->comment = comment_of(finding, schedule);
	schedule->strategy =
		schedule_keep(schedule, strategy_name(e->failure->request.strategy));
	schedule->seed = e->failure->request.seed;
	schedule->execution = e->failure->request.execution;
	schedule->expect_kind = finding_kind_name(finding->kind);
	schedule->expect_where = where_of(finding, schedule);
	schedule->fingerprint = finding->fingerprint;
	schedule->hash = finding->hash;
	return e->lab->out_dir ? save_schedule(e) : 0;
}

static uint32_t count_preemptions(const struct schedule *schedule)
{
	uint32_t count = 0;

	for (size_t i = 0; i < schedule->decision_count; i++)
		count += schedule->decisions[i].kind == WIRE_DECISION_PREEMPT;
	return count;
}

/*
 * The failing request a few times more, compared with the first of them: when the executions
 * differ by themselves, that is the reason. Returns 0 or a negative errno.
 */
static int look_for_reason(struct examination *e)
{
	struct server_request request = {
		.wire = e->failure->request,
		.points = e->failure->points,
		.point_count = e->failure->point_count,
	};
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

/* Steps 2 to 4. Returns 1 when the schedule shows the finding, 0 when it can't be had again. */
static int examine_schedule(struct examination *e)
{
	int r = write_down(e);

	if (r >= 0)
		r = shrink(e);
	if (r > 0) {
		r = replay(e);
		if (r >= 0)
			r = record_for_readers(e);
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

static int run(struct examination *e)
{
	struct observation seen = { 0 };
	int r = reproduce(e);

	if (r < 0)
		return r;
	e->finding->kind = e->failure->kind;
	seen.kind = e->finding->unrepeated ? FINDING_NONE : e->finding->kind;
	seen.recording = e->finding->recording;
	r = observation_fingerprint(&e->examiner, &seen, &e->finding->fingerprint, e->diag);
	if (r < 0)
		return r;
	if (e->finding->deterministic &&
		!(e->lab->known &&
			findings_by_fingerprint(e->lab->known, e->finding->fingerprint))) {
		r = examine_schedule(e);
		if (r < 0)
			return r;
	}
	e->finding->executions_spent = e->examiner.executions;
	r = finding_describe(e->finding, &e->examiner, e->diag);
	if (r < 0 || !e->finding->replays)
		return r;
	e->finding->schedule = e->schedule;
	e->schedule = NULL;
	e->finding->preemptions = count_preemptions(e->finding->schedule);
	return save(e);
}

int finding_new(const struct finding_lab *lab, const struct finding_failure *failure,
	struct finding **ret_finding, struct diag *diag)
{
	struct examination e = {
		.lab = lab,
		.failure = failure,
		.examiner = { .server = lab->server, .expectation = lab->expectation },
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
