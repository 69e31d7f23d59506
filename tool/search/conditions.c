/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions over a campaign; see conditions.h. */
#include "tool/search/conditions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/never_true.h"
#include "tool/trace/observations.h"

/* The first execution that ended as expected and looked at it in vain is its example. */
struct condition {
	uint64_t hash; /* of its text */
	uint64_t times_seen;
	bool was_true;
	bool has_example;
	struct wire_request request;
	uint64_t event_hash;
	uint64_t duration_ns;
	uint64_t *points;
	size_t point_count;
};

static int keep_example(struct condition *condition, const struct campaign_failure *execution)
{
	const struct finding_failure *failure = &execution->failure;

	condition->points = reallocarray(NULL, failure->point_count + 1, sizeof(uint64_t));
	if (!condition->points)
		return -ENOMEM;
	if (failure->point_count)
		memcpy(condition->points, failure->points,
			failure->point_count * sizeof(uint64_t));
	condition->point_count = failure->point_count;
	condition->request = failure->request;
	condition->event_hash = failure->hash;
	condition->duration_ns = execution->outcome->duration_ns;
	condition->has_example = true;
	return 0;
}

/* The condition of that text, made if need be; NULL: no memory. */
static struct condition *get(struct conditions *conditions, uint64_t hash)
{
	struct condition *list;
	uint32_t number;

	if (pc_map_find(&conditions->numbers, hash, &number))
		return &conditions->list[number];
	list = reallocarray(conditions->list, conditions->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	conditions->list = list;
	if (pc_map_add(&conditions->numbers, hash, (uint32_t)conditions->count) < 0)
		return NULL;
	list[conditions->count] = (struct condition){ .hash = hash };
	return &list[conditions->count++];
}

static int note(struct conditions *conditions, const struct campaign_failure *execution,
	const struct wire_observation *o)
{
	struct condition *condition = get(conditions, hash_string(o->name));

	if (!condition)
		return -ENOMEM;
	condition->times_seen++;
	condition->was_true |= o->value != 0;
	if (condition->was_true || condition->has_example ||
		execution->failure.kind != FINDING_NONE)
		return 0;
	return keep_example(condition, execution);
}

int conditions_take(struct conditions *conditions, const struct campaign_failure *execution,
	struct diag *diag)
{
	const struct server_outcome *outcome = execution->outcome;
	const struct wire_observation *o;
	int r = 0;

	for (size_t at = 0; r >= 0 && (o = observation_next(outcome->observations,
					       outcome->observations_size, &at));)
		if (o->kind == WIRE_OBSERVED_SOMETIMES)
			r = note(conditions, execution, o);
	if (r >= 0 && conditions->count && !conditions->has_image) {
		r = modules_copy(execution->image, &conditions->image);
		conditions->has_image = r == 0;
	}
	return r < 0 ? diag_set(diag, r, "no memory for conditions") : 0;
}

static int examine_condition(
	struct conditions *conditions, const struct condition *condition, struct diag *diag)
{
	struct failures *failures = conditions->failures;
	const struct finding_expectation *usual = failures->expectation;
	const struct server_outcome outcome = { .duration_ns = condition->duration_ns };
	const struct campaign_failure execution = {
		.failure = {
			.request = condition->request,
			.hash = condition->event_hash,
			.kind = FINDING_NEVER_TRUE,
			.points = condition->points,
			.point_count = condition->point_count,
		},
		.outcome = &outcome,
		.image = &conditions->image,
	};
	struct finding *finding;
	int r;

	never_true_judge_init(&conditions->judge, condition->hash);
	conditions->expectation = *usual;
	conditions->expectation.judge = &conditions->judge;
	failures->expectation = &conditions->expectation;
	if (failures->examining)
		failures->examining(failures->context, &execution);
	r = failures_examine(failures, &execution, &finding, diag);
	failures->expectation = usual;
	if (r < 0)
		return r;
	finding->times_seen = condition->times_seen;
	r = findings_add(&failures->findings, condition->hash, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (r > 0)
		failures->found(failures->context, finding);
	return 0;
}

int conditions_finish(struct conditions *conditions, struct diag *diag)
{
	int r = 0;

	for (size_t i = 0; i < conditions->count && r >= 0; i++)
		if (!conditions->list[i].was_true && conditions->list[i].has_example)
			r = examine_condition(conditions, &conditions->list[i], diag);
	return r;
}

void conditions_release(struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++)
		free(conditions->list[i].points);
	free(conditions->list);
	pc_map_release(&conditions->numbers);
	modules_release(&conditions->image);
	*conditions = (struct conditions){ 0 };
}
