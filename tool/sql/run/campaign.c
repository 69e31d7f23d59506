/* SPDX-License-Identifier: Apache-2.0 */
/* Levels, faults, the search, and what it finds; see campaign.h. */
#include "tool/sql/run/campaign.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/run/fixes.h"
#include "tool/sql/run/needless.h"

/* How many schedules with a serialization failure are looked at for being needless. */
#define NEEDLESS_MAX 1000

#define CONFIRMATIONS 3

/* One search: a level and a fault. */
struct round {
	struct sql_campaign *campaign;
	struct lab *lab;
	const struct spec_fault *fault; /* NULL: none */
	struct sql_level *level;
	uint64_t deadline_ns;
	uint64_t findings; /* executions with any */
	struct refused_schedule *refused;
	size_t refused_count;
	bool bad_anyway;      /* without a fault some executions end wrong, too */
	bool only_counts;     /* a fix is tried: findings are not kept */
	unsigned int targets; /* then: the kinds that it is to remove, by bits */
};

#define WRONG_KINDS                                                      \
	(1u << SQL_ANOMALY | 1u << SQL_INVARIANT | 1u << SQL_HALF_DONE | \
		1u << SQL_NOT_IDEMPOTENT)

/* What a fix is to remove: wrong data if there are any, else what was found besides. */
static unsigned int targets_of(const struct sql_campaign *campaign)
{
	unsigned int kinds = 0;

	for (size_t i = 0; i < campaign->finding_count; i++)
		kinds |= 1u << campaign->findings[i]->kind;
	return kinds & WRONG_KINDS ? WRONG_KINDS : kinds;
}

static bool shows_again(unsigned int targets, const struct lab_verdict *verdict)
{
	return (targets & WRONG_KINDS && (!verdict->oracle.accepted || verdict->broken)) ||
	       (targets & 1u << SQL_DEADLOCK && verdict->deadlock) ||
	       (targets & 1u << SQL_SERIALIZATION && verdict->serialization) ||
	       (targets & 1u << SQL_TIMEOUT && verdict->timeout);
}

/* ---- findings ---- */

static struct sql_finding *find_finding(
	struct round *round, enum sql_kind kind, enum anomaly anomaly, const char *detail)
{
	struct sql_campaign *campaign = round->campaign;

	for (size_t i = 0; i < campaign->finding_count; i++) {
		struct sql_finding *f = campaign->findings[i];

		if (f->kind == kind && f->anomaly == anomaly && f->fault == round->fault &&
			f->level == round->level->level &&
			(f->detail == detail ||
				(detail && f->detail && strcmp(detail, f->detail) == 0)))
			return f;
	}
	return NULL;
}

static void keep_finding(struct round *round, enum sql_kind kind,
	const struct lab_verdict *verdict, const char *detail)
{
	struct sql_campaign *campaign = round->campaign;
	const struct execution *execution = &round->lab->execution;
	enum anomaly anomaly = kind == SQL_ANOMALY ? verdict->anomaly : ANOMALY_NONE;
	struct sql_finding *finding = find_finding(round, kind, anomaly, detail);
	unsigned int switches = trace_switches(execution->events, execution->event_count);

	if (!finding) {
		finding = pool_alloc(&campaign->pool, sizeof(*finding));
		finding->kind = kind;
		finding->anomaly = anomaly;
		finding->level = round->level->level;
		finding->fault = round->fault;
		finding->detail = detail;
		finding->first_execution = round->level->executions;
		campaign->findings = pool_grow(&campaign->pool, campaign->findings,
			campaign->finding_count, sizeof(struct sql_finding *));
		campaign->findings[campaign->finding_count++] = finding;
	} else if (switches > finding->shortest.switches ||
		   (switches == finding->shortest.switches &&
			   execution->event_count >= finding->shortest.event_count)) {
		finding->executions++;
		return;
	}
	finding->executions++;
	lab_trace(round->lab, &campaign->pool, &finding->shortest);
	finding->order = verdict->oracle.nearest;
	finding->has_order = round->campaign->options->oracle <= ORACLE_SERIAL &&
			     lab_serial_trace(round->lab, &finding->order, &campaign->pool,
				     &finding->serial);
}

/* A fault's finding is one of the fault's only if it needs no interleaving that is bad anyway.
 */
static bool blames_fault(const struct round *round)
{
	const struct execution *execution = &round->lab->execution;
	unsigned int sessions = round->campaign->spec->session_count;

	return !round->bad_anyway ||
	       trace_switches(execution->events, execution->event_count) < sessions;
}

static bool keep_findings(struct round *round, const struct lab_verdict *verdict)
{
	bool any = false;

	if (round->fault) {
		if ((verdict->oracle.accepted && !verdict->broken) || !blames_fault(round))
			return false;
		keep_finding(round,
			round->fault->kind >= FAULT_REPEAT_STEP ? SQL_NOT_IDEMPOTENT
								: SQL_HALF_DONE,
			verdict, round->fault->name);
		return true;
	}
	if (!verdict->oracle.accepted) {
		keep_finding(round, SQL_ANOMALY, verdict, NULL);
		any = true;
	}
	if (verdict->broken) {
		keep_finding(round, SQL_INVARIANT, verdict,
			verdict->broken->name ? verdict->broken->name : verdict->broken->sql);
		any = true;
	}
	if (verdict->deadlock)
		keep_finding(round, SQL_DEADLOCK, verdict, NULL);
	if (verdict->serialization)
		keep_finding(round, SQL_SERIALIZATION, verdict, NULL);
	if (verdict->timeout)
		keep_finding(round, SQL_TIMEOUT, verdict, NULL);
	return any || verdict->deadlock || verdict->serialization || verdict->timeout;
}

/* ---- the world that is searched ---- */

static int world_begin(void *context)
{
	struct round *round = context;
	session_set all = (UINT32_C(1) << round->campaign->spec->session_count) - 1;

	if (interrupt_requested()) {
		round->campaign->interrupted = true;
		return -EINTR;
	}
	if (clock_now_ns() > round->deadline_ns) {
		round->campaign->out_of_time = true;
		return -EINTR;
	}
	return execution_begin(&round->lab->execution, all);
}

static int world_actions(void *context, struct action actions[SEARCH_ACTIONS_MAX])
{
	struct round *round = context;

	return execution_actions(&round->lab->execution, actions);
}

static int world_perform(void *context, struct action action)
{
	struct round *round = context;

	return execution_perform(&round->lab->execution, action);
}

static bool world_independent(void *context, struct action a, struct action b)
{
	struct round *round = context;

	return execution_independent(&round->lab->execution, a, b);
}

static void keep_refused(struct round *round)
{
	const struct execution *execution = &round->lab->execution;
	struct pool *pool = &round->campaign->pool;
	struct refused_schedule *copy;

	if (round->refused_count == NEEDLESS_MAX || round->only_counts || round->fault)
		return;
	round->refused =
		pool_grow(pool, round->refused, round->refused_count, sizeof(*round->refused));
	copy = &round->refused[round->refused_count++];
	copy->action_count = execution->action_count;
	copy->actions = pool_alloc(pool, copy->action_count * sizeof(*copy->actions));
	memcpy(copy->actions, execution->actions, copy->action_count * sizeof(*copy->actions));
	for (unsigned int i = 0; i < execution->spec->session_count; i++)
		copy->ends[i] = execution->actors[i].outcome.end;
}

static void tell_progress(const struct sql_campaign *campaign)
{
	const struct sql_progress progress = { .executions = campaign->executions,
		.findings = campaign->finding_count,
		.fix = campaign->fix };

	if (campaign->options->progress)
		campaign->options->progress(campaign->options->progress_context, &progress);
}

static int world_end(void *context)
{
	struct round *round = context;
	struct sql_campaign *campaign = round->campaign;
	struct lab_verdict verdict;
	int r = lab_judge(round->lab, &verdict);
	bool any;

	if (r < 0)
		return r;
	campaign->executions++;
	round->level->executions++;
	round->level->aborted_sessions += verdict.aborted;
	round->level->with_deadlock += round->lab->execution.deadlocks > 0;
	round->level->with_failure += round->lab->execution.failures > 0;
	if (round->lab->execution.failures)
		keep_refused(round);
	round->level->bad += !verdict.oracle.accepted || verdict.broken;
	any = round->only_counts ? shows_again(round->targets, &verdict)
				 : keep_findings(round, &verdict);
	round->findings += any;
	tell_progress(campaign);
	return 0;
}

static int search_round(struct round *round)
{
	struct search_world world = {
		.context = round,
		.begin = world_begin,
		.actions = world_actions,
		.perform = world_perform,
		.independent = round->campaign->options->no_pruning ? NULL : world_independent,
		.end = world_end,
	};
	struct search_stats stats = { 0 };
	int r = search_run(&world, round->campaign->options->max_executions, &stats);

	round->level->pruned += stats.pruned;
	round->level->divergences += stats.divergences;
	round->level->complete &= stats.complete;
	if (r == -EINTR && (round->campaign->interrupted || round->campaign->out_of_time))
		return -EINTR;
	if (r == -EINTR && interrupt_requested())
		round->campaign->interrupted = true;
	return r;
}

/* ---- confirming ---- */

static bool shows_same(const struct sql_finding *finding, const struct lab_verdict *verdict)
{
	switch (finding->kind) {
	case SQL_ANOMALY:
		return !verdict->oracle.accepted;
	case SQL_INVARIANT:
		return verdict->broken != NULL;
	case SQL_HALF_DONE:
	case SQL_NOT_IDEMPOTENT:
		return !verdict->oracle.accepted || verdict->broken;
	case SQL_DEADLOCK:
		return verdict->deadlock;
	case SQL_SERIALIZATION:
		return verdict->serialization;
	case SQL_TIMEOUT:
		return verdict->timeout;
	case SQL_KINDS:
		break;
	}
	return false;
}

/* Runs the schedule again, in the same layout on disk. */
static int confirm(struct lab *lab, struct sql_finding *finding, unsigned int replays)
{
	bool exact = lab->execution.exact;
	int r = 0;

	lab_fault(lab, finding->fault);
	lab->execution.exact = true;
	for (unsigned int i = 0; i < replays && r == 0; i++) {
		struct lab_verdict verdict;

		r = lab_replay(lab, finding->shortest.actions, finding->shortest.action_count);
		if (r == 0)
			r = lab_judge(lab, &verdict);
		if (r == 0)
			finding->confirmed += shows_same(finding, &verdict);
		if (r == -ESTALE)
			r = 0;
	}
	lab->execution.exact = exact;
	return r;
}

static int confirm_level(struct sql_campaign *campaign, struct lab *lab)
{
	int r = 0;

	for (size_t i = 0; i < campaign->finding_count && r == 0; i++)
		if (campaign->findings[i]->level == lab->level)
			r = confirm(lab, campaign->findings[i], campaign->replays);
	return r;
}

/* ---- one level ---- */

static uint64_t deadline_of(const struct sql_campaign *campaign, uint64_t start_ns)
{
	uint64_t limit = campaign->options->time_ns;

	return limit ? start_ns + limit : UINT64_MAX;
}

static struct sql_level *add_level(struct sql_campaign *campaign, enum spec_level level)
{
	struct sql_level *row;

	campaign->levels = pool_grow(&campaign->pool, campaign->levels, campaign->level_count,
		sizeof(*campaign->levels));
	row = &campaign->levels[campaign->level_count++];
	*row = (struct sql_level){ .level = level, .complete = true };
	return row;
}

static int search_level(struct sql_campaign *campaign, struct lab *lab, enum spec_level level)
{
	const struct spec *spec = campaign->spec;
	struct round round = {
		.campaign = campaign, .lab = lab, .deadline_ns = campaign->deadline_ns
	};
	int r;

	round.level = add_level(campaign, level);
	r = lab_level(lab, level);
	round.level->search_ns = clock_now_ns();
	if (r == 0)
		r = search_round(&round);
	round.bad_anyway = round.level->bad > 0;
	for (size_t i = 0; i < spec->fault_count && r == 0; i++) {
		round.fault = &spec->faults[i];
		lab_fault(lab, round.fault);
		r = search_round(&round);
	}
	round.level->search_ns = clock_now_ns() - round.level->search_ns;
	if (r == 0 || (r == -EINTR && !campaign->interrupted)) {
		int confirmed = confirm_level(campaign, lab);

		r = confirmed < 0 ? confirmed : r;
	}
	if (r == 0)
		r = needless_count(
			campaign, round.level, round.refused, round.refused_count, lab->diag);
	return r;
}

/* The levels of the file that the engine has; the engine's default if it has none of them. */
static int search_levels(struct sql_campaign *campaign, struct lab *lab)
{
	const struct spec *spec = campaign->spec;
	bool any = false;
	int r = 0;

	for (size_t i = 0; i < spec->level_count && r == 0; i++) {
		if (!campaign->engine->ops->has_level(spec->levels[i]))
			continue;
		any = true;
		r = search_level(campaign, lab, spec->levels[i]);
	}
	return any ? r : search_level(campaign, lab, LEVEL_DEFAULT);
}

int sql_campaign_run(struct sql_campaign *campaign, struct diag *diag)
{
	uint64_t start_ns = clock_now_ns();
	struct lab lab;
	int r = lab_open(&lab, campaign->spec, campaign->engine, campaign->options, diag);

	campaign->replays = CONFIRMATIONS;
	campaign->start_time = (int64_t)time(NULL);
	campaign->deadline_ns = deadline_of(campaign, start_ns);
	if (r == 0)
		r = search_levels(campaign, &lab);
	lab_release(&lab);
	campaign->elapsed_ns = clock_now_ns() - start_ns;
	if (r == 0 && !campaign->options->no_fixes)
		r = fixes_try(campaign, diag);
	if (r == -EINTR && (campaign->interrupted || campaign->out_of_time))
		r = 0;
	return r;
}

void sql_campaign_release(struct sql_campaign *campaign)
{
	pool_release(&campaign->pool);
}

/* ---- a changed file, counted only ---- */

int sql_campaign_count(struct sql_campaign *campaign, const struct spec *spec,
	enum spec_level level, struct sql_fix *fix, struct diag *diag)
{
	struct sql_campaign scratch = { .spec = spec,
		.options = campaign->options,
		.engine = campaign->engine,
		.fix = fix->title };
	struct lab lab;
	struct round round = { .campaign = &scratch,
		.lab = &lab,
		.level = &fix->result,
		.only_counts = true,
		.targets = targets_of(campaign),
		.deadline_ns = campaign->deadline_ns };
	int r = lab_open(&lab, spec, campaign->engine, campaign->options, diag);

	fix->result = (struct sql_level){ .level = level, .complete = true };
	if (r == 0)
		r = lab_level(&lab, level);
	if (r == 0)
		r = search_round(&round);
	for (size_t i = 0; i < spec->fault_count && r == 0; i++) {
		round.fault = &spec->faults[i];
		lab_fault(&lab, round.fault);
		r = search_round(&round);
	}
	fix->findings = round.findings;
	lab_release(&lab);
	sql_campaign_release(&scratch);
	campaign->interrupted |= scratch.interrupted;
	campaign->out_of_time |= scratch.out_of_time;
	return r;
}

int sql_campaign_replay(
	struct sql_campaign *campaign, const struct sql_plan *plan, struct diag *diag)
{
	struct lab lab;
	struct lab_verdict verdict;
	struct round round = { .campaign = campaign, .lab = &lab, .fault = plan->fault };
	int r = lab_open(&lab, campaign->spec, campaign->engine, campaign->options, diag);

	if (r == 0)
		r = lab_level(&lab, plan->level);
	if (r == 0) {
		round.level = add_level(campaign, plan->level);
		lab_fault(&lab, plan->fault);
		lab.execution.exact = true;
		r = lab_replay(&lab, plan->actions, plan->action_count);
	}
	if (r == 0)
		r = lab_judge(&lab, &verdict);
	if (r == 0) {
		campaign->executions = round.level->executions = 1;
		keep_findings(&round, &verdict);
		r = campaign->finding_count > 0;
	}
	lab_release(&lab);
	return r;
}

/* ---- names ---- */

static const struct {
	const char *title, *id;
} kinds[SQL_KINDS] = {
	[SQL_ANOMALY] = { NULL, NULL },
	[SQL_INVARIANT] = { "broken invariant", "invariant" },
	[SQL_HALF_DONE] = { "half-done change", "half-done" },
	[SQL_NOT_IDEMPOTENT] = { "not idempotent", "not-idempotent" },
	[SQL_DEADLOCK] = { "deadlock", "deadlock" },
	[SQL_SERIALIZATION] = { "serialization failure", "serialization-failure" },
	[SQL_TIMEOUT] = { "time limit", "timeout" },
};

const char *sql_finding_title(const struct sql_finding *finding)
{
	return finding->kind == SQL_ANOMALY ? anomaly_title(finding->anomaly)
					    : kinds[finding->kind].title;
}

const char *sql_finding_id(const struct sql_finding *finding)
{
	return finding->kind == SQL_ANOMALY ? anomaly_id(finding->anomaly)
					    : kinds[finding->kind].id;
}
