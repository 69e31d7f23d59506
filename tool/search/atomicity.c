/* SPDX-License-Identifier: Apache-2.0 */
/* Judging a campaign's outcomes by the serial ones; see atomicity.h. */
#include "tool/search/atomicity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/search/enumerate.h"

/* How often new conflicts may be learned before it is given up. */
#define ROUNDS_MAX 6

/* ---- all serial executions ---- */

static int take_serial(void *context, const struct server_request *request,
	const struct server_outcome *outcome, struct diag *diag)
{
	struct serial_search *search = context;
	int r = 0;

	(void)request;
	if (outcome->learned_count)
		r = points_add(&search->points, outcome->learned, outcome->learned_count);
	/* One that failed is the campaign's to find. */
	if (r >= 0 && outcome->result.verdict != WIRE_VERDICT_EXIT)
		return 0;
	if (r >= 0 && !serial_is_comparable(outcome)) {
		search->why_not = "what comes out depends on more than the operations";
		return 1;
	}
	if (r >= 0)
		r = serial_add(&search->set, outcome);
	return r < 0 ? diag_set(diag, r, "no memory for serial executions") : 0;
}

static int enumerate_serial(struct serial_search *search, uint64_t limit, struct diag *diag)
{
	struct points before = { .list = NULL };
	struct enumeration enumeration = {
		.server = search->server,
		.kinds = WIRE_ENUMERATE_SERIAL |
			 (search->instrumented ? WIRE_ENUMERATE_REDUCED : 0),
		.execution_limit = limit,
		.time_limit_ns = SERIAL_TIME_NS,
		.stopped = search->stopped,
		.context = search,
		.ended = take_serial,
	};
	int r = points_add(&before, search->points.list, search->points.count);

	if (search->time_limit_ns && search->time_limit_ns < SERIAL_TIME_NS)
		enumeration.time_limit_ns = search->time_limit_ns;
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	enumeration.points = before.list;
	enumeration.point_count = before.count;
	serial_release(&search->set);
	r = enumerate(&enumeration, diag);
	points_release(&before);
	search->executions += enumeration.executions;
	search->complete = enumeration.complete;
	if (!search->why_not)
		search->why_not = enumeration.why_not;
	return r;
}

int serial_search_run(struct serial_search *search, struct diag *diag)
{
	int r = 0;

	search->executions = 0;
	for (int round = 0; r >= 0; round++) {
		size_t known = search->points.count;

		search->complete = false;
		search->why_not = NULL;
		r = enumerate_serial(search, SERIAL_EXECUTIONS_MAX, diag);
		if (r < 0 || search->points.count == known)
			break;
		search->complete = false;
		if (round == ROUNDS_MAX) {
			search->why_not = "ever more memory accesses prove to conflict";
			break;
		}
	}
	serial_judge_init(&search->set);
	return r;
}

void serial_search_release(struct serial_search *search)
{
	serial_release(&search->set);
	points_release(&search->points);
}

/* ---- the campaign ---- */

/* The campaign's points, as addresses of the server that enumerates. */
static int add_points(
	struct atomicity *atomicity, const struct campaign_failure *execution, bool *ret_grew)
{
	const struct modules *own = server_modules(atomicity->failures->server);
	const struct finding_failure *failure = &execution->failure;
	size_t before = atomicity->search.points.count;
	int r = 0;

	for (size_t i = 0; i < failure->point_count && r >= 0; i++) {
		uint64_t point = failure->points[i];

		if (!modules_same(own, execution->image))
			point = modules_translate(execution->image, own, point);
		if (point)
			r = points_add(&atomicity->search.points, &point, 1);
	}
	*ret_grew = atomicity->search.points.count > before;
	return r;
}

/* Enumerates if that has not been done with all that is known. */
static int search_serial(struct atomicity *atomicity, const struct campaign_failure *execution,
	struct diag *diag)
{
	struct failures *failures = atomicity->failures;
	bool grew;
	int r = failures_start_server(failures, execution->typical_ns, diag);

	if (r < 0)
		return r;
	r = add_points(atomicity, execution, &grew);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (atomicity->searched && !grew)
		return 0;
	atomicity->searched = true;
	atomicity->search.server = failures->server;
	atomicity->search.instrumented = atomicity->instrumented;
	atomicity->search.time_limit_ns = atomicity->time_limit_ns;
	atomicity->search.stopped = failures->stopped;
	r = serial_search_run(&atomicity->search, diag);
	atomicity->gave_up = !atomicity->search.complete;
	return r;
}

/* Returns 1 when it is a new finding. */
static int examine_foreign(struct atomicity *atomicity,
	const struct campaign_failure *execution, struct diag *diag)
{
	struct failures *failures = atomicity->failures;
	const struct finding_expectation *usual = failures->expectation;
	struct campaign_failure foreign = *execution;
	struct finding *finding;
	uint64_t fingerprint;
	int r;

	foreign.failure.kind = FINDING_ATOMICITY;
	foreign.key = atomicity->search.set.judge.fingerprint;
	atomicity->expectation = *usual;
	atomicity->expectation.judge = &atomicity->search.set.judge;
	failures->expectation = &atomicity->expectation;
	if (failures->examining)
		failures->examining(failures->context, &foreign);
	r = failures_examine(failures, &foreign, &finding, diag);
	failures->expectation = usual;
	if (r < 0)
		return r;
	fingerprint = finding->fingerprint;
	r = findings_add(&failures->findings, foreign.key, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	atomicity->finding = findings_by_fingerprint(&failures->findings, fingerprint);
	if (r > 0)
		failures->found(failures->context, atomicity->finding);
	return r;
}

static int judge(struct atomicity *atomicity, const struct campaign_failure *execution,
	uint64_t identity, struct diag *diag)
{
	int r = 0;

	/* Nobody was interrupted: it is a serial one itself. */
	if (execution->outcome->result.preemptions &&
		!(atomicity->searched && serial_contains(&atomicity->search.set, identity)))
		r = search_serial(atomicity, execution, diag);
	if (r < 0 || atomicity->gave_up)
		return r;
	if (execution->outcome->result.preemptions &&
		!serial_contains(&atomicity->search.set, identity)) {
		atomicity->foreign++;
		if (!atomicity->finding)
			return examine_foreign(atomicity, execution, diag);
		atomicity->finding->times_seen++;
		return 0;
	}
	r = pc_map_add(&atomicity->known, identity, 0);
	return r < 0 ? diag_set(diag, r, "out of memory") : 0;
}

int atomicity_take(struct atomicity *atomicity, const struct campaign_failure *execution,
	struct diag *diag)
{
	uint64_t identity;
	uint32_t unused;

	if (atomicity->gave_up || !serial_is_comparable(execution->outcome))
		return 0;
	identity = serial_identity(execution->outcome);
	if (!identity)
		return diag_set(diag, -ENOMEM, "out of memory");
	if (pc_map_find(&atomicity->known, identity, &unused))
		return 0;
	return judge(atomicity, execution, identity, diag);
}

void atomicity_release(struct atomicity *atomicity)
{
	serial_search_release(&atomicity->search);
	pc_map_release(&atomicity->known);
}
