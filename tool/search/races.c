/* SPDX-License-Identifier: Apache-2.0 */
/* Races from their first sight to findings; see races.h. */
#include "tool/search/races.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/race.h"
#include "tool/analysis/verify.h"
#include "tool/launch/clock.h"

/* Races with one fingerprint, and the execution that showed the first of them. */
struct race_group {
	uint64_t fingerprint;
	uint64_t times_seen; /* executions */
	uint64_t first_execution;
	uint64_t last_execution;
	uint64_t duration_ns;
	uint64_t hash;
	struct wire_request request;
	uint64_t *points;
	size_t point_count;
	struct wire_race race;
	bool examined;
};

/* ---- which are the same ---- */

/* Names of the program's code: from the memory map at the end of one execution. */
static int load_symbols(struct races *races, uint64_t typical_ns, struct diag *diag)
{
	struct failures *failures = races->failures;
	struct server_request request = {
		.wire = { .strategy = WIRE_STRATEGY_SEQUENTIAL, .execution = 1 },
	};
	struct observation seen = { 0 };
	int r = failures_start_server(failures, typical_ns, diag);
	struct examiner examiner = {
		.server = failures->server,
		.expectation = failures->expectation,
		.cache = &failures->symbols,
	};

	if (r >= 0)
		r = examine_recorded(&examiner, &request, &seen, diag);
	if (r >= 0 && !examiner_symbols(&examiner, seen.recording, diag))
		r = -ENOMEM;
	if (r >= 0) {
		races->symbols = examiner.symbols;
		races->maps = examiner.maps;
	}
	observation_release(&seen);
	return r;
}

static int prepare(
	struct races *races, const struct campaign_failure *execution, struct diag *diag)
{
	int r;

	if (races->symbols)
		return 0;
	r = modules_copy(execution->image, &races->image);
	if (r < 0)
		return diag_set(diag, r, "no memory for races");
	return load_symbols(races, execution->typical_ns, diag);
}

static uint64_t fingerprint_of(const struct races *races, const struct wire_race *race)
{
	const struct modules *own = server_modules(races->failures->server);
	struct wire_race carried = *race;

	if (!modules_same(&races->image, own)) {
		carried.earlier.pc = modules_translate(&races->image, own, race->earlier.pc);
		carried.later.pc = modules_translate(&races->image, own, race->later.pc);
	}
	return race_fingerprint(races->symbols, &carried);
}

static size_t find_group(const struct races *races, uint64_t fingerprint)
{
	size_t i = 0;

	while (i < races->count && races->groups[i].fingerprint != fingerprint)
		i++;
	return i;
}

static int add_group(struct races *races, const struct campaign_failure *execution,
	const struct wire_race *race, uint64_t fingerprint)
{
	const struct finding_failure *failure = &execution->failure;
	struct race_group *groups =
		reallocarray(races->groups, races->count + 1, sizeof(*groups));
	struct race_group *group;

	if (!groups)
		return -ENOMEM;
	races->groups = groups;
	group = &groups[races->count];
	*group = (struct race_group){
		.fingerprint = fingerprint,
		.first_execution = failure->request.execution,
		.duration_ns = execution->outcome->duration_ns,
		.hash = failure->hash,
		.request = failure->request,
		.points = reallocarray(NULL, failure->point_count + 1, sizeof(uint64_t)),
		.point_count = failure->point_count,
		.race = *race,
	};
	if (!group->points)
		return -ENOMEM;
	if (failure->point_count)
		memcpy(group->points, failure->points, failure->point_count * sizeof(uint64_t));
	races->count++;
	return 0;
}

/* The group of the race, made if need be. */
static int group_of(struct races *races, const struct campaign_failure *execution,
	const struct wire_race *race, struct race_group **ret_group)
{
	uint64_t key = race_key(race);
	uint64_t fingerprint;
	uint32_t index;
	int r = 0;

	if (!pc_map_find(&races->pairs, key, &index)) {
		fingerprint = fingerprint_of(races, race);
		index = (uint32_t)find_group(races, fingerprint);
		if (index == races->count)
			r = add_group(races, execution, race, fingerprint);
		if (r >= 0)
			r = pc_map_add(&races->pairs, key, index);
	}
	if (r >= 0)
		*ret_group = &races->groups[index];
	return r;
}

/* ---- what they are ---- */

/* Executions that it takes to examine one at the least. */
#define EXECUTIONS_LEAST 4

static bool may_examine(struct races *races, const struct race_group *group)
{
	const struct failures *failures = races->failures;
	uint64_t now_ns = clock_now_ns();

	if (races->examined >= RACES_EXAMINED_MAX || races->examined_ns >= races->budget_ns)
		return false;
	if (!failures->stopped || !failures->stopped())
		return true;
	if (!races->stop_ns)
		races->stop_ns = now_ns + RACES_BUDGET_MIN_NS;
	return now_ns + EXECUTIONS_LEAST * group->duration_ns < races->stop_ns;
}

/* The failure that a race leads to is a finding in its own right, unless it is known. */
static int keep_consequence(struct failures *failures, struct finding *race)
{
	struct finding *consequence = race->consequence;
	const struct finding *known;
	int r = 0;

	race->consequence = NULL;
	known = findings_by_fingerprint(&failures->findings, consequence->fingerprint);
	race->leads_to = strdup(known ? known->name : consequence->name);
	if (!known)
		r = findings_add(&failures->findings, consequence->fingerprint, consequence);
	if (r > 0)
		failures->found(failures->context, consequence);
	if (known)
		finding_free(consequence);
	return race->leads_to ? r : -ENOMEM;
}

/* Takes the finding over. Returns 1 if it is a new one. */
static int keep(struct races *races, const struct race_group *group, struct finding *finding,
	struct diag *diag)
{
	struct failures *failures = races->failures;
	int r = 0;

	if (finding->suppressed) {
		races->suppressed++;
		finding_free(finding);
		return 0;
	}
	finding->times_seen = group->times_seen;
	if (finding->consequence)
		r = keep_consequence(failures, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	r = findings_add(&failures->findings, group->fingerprint, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (r > 0)
		failures->found(failures->context, finding);
	return r;
}

/* Returns 1 when it is a new finding. */
static int examine_group(struct races *races, struct race_group *group, struct diag *diag)
{
	struct failures *failures = races->failures;
	const struct server_outcome outcome = { .duration_ns = group->duration_ns };
	const struct campaign_failure execution = {
		.failure = {
			.request = group->request,
			.hash = group->hash,
			.kind = FINDING_DATA_RACE,
			.points = group->points,
			.point_count = group->point_count,
			.race = &group->race,
		},
		.outcome = &outcome,
		.image = &races->image,
	};
	uint64_t before_ns = clock_now_ns();
	struct finding *finding;
	int r;

	group->examined = true;
	if (!may_examine(races, group)) {
		races->unexamined++;
		return 0;
	}
	races->examined++;
	if (failures->examining)
		failures->examining(failures->context, &execution);
	failures->hasty = races->examined_ns > races->budget_ns / 4;
	r = failures_examine(failures, &execution, &finding, diag);
	failures->hasty = false;
	races->examined_ns += clock_now_ns() - before_ns;
	return r < 0 ? r : keep(races, group, finding, diag);
}

int races_take(struct races *races, const struct campaign_failure *execution, struct diag *diag)
{
	const struct server_outcome *outcome = execution->outcome;
	uint64_t number = execution->failure.request.execution;
	int found = 0;
	int r = prepare(races, execution, diag);

	for (size_t i = 0; i < outcome->race_count && r >= 0; i++) {
		struct race_group *group;

		r = group_of(races, execution, &outcome->races[i], &group);
		if (r < 0)
			return diag_set(diag, r, "no memory for races");
		if (group->last_execution != number)
			group->times_seen++;
		group->last_execution = number;
		if (!races->at_once || group->examined)
			continue;
		r = examine_group(races, group, diag);
		found += r > 0;
	}
	return r < 0 ? r : found;
}

int races_finish(struct races *races, struct diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < races->count && r >= 0; i++)
		if (!races->groups[i].examined)
			r = examine_group(races, &races->groups[i], diag);
	return r < 0 ? r : 0;
}

void races_release(struct races *races)
{
	for (size_t i = 0; i < races->count; i++)
		free(races->groups[i].points);
	free(races->groups);
	pc_map_release(&races->pairs);
	modules_release(&races->image);
	symbols_free(races->symbols);
	free(races->maps);
	*races = (struct races){ .failures = NULL };
}
