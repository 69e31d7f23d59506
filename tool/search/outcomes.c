/* SPDX-License-Identifier: Apache-2.0 */
/* Outcomes from their first sight to their schedules; see outcomes.h. */
#include "tool/search/outcomes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/outcome.h"
#include "tool/launch/clock.h"
#include "tool/search/enumerate.h"

#define ENUMERATION_NS (10 * NS_PER_S)

/* An execution that had some outcome, from the campaign or not. */
struct example {
	const struct server_request *request;
	const struct server_outcome *outcome;
};

static void *copy(const void *from, size_t size)
{
	void *to = malloc(size + 1);

	if (to && size)
		memcpy(to, from, size);
	return to;
}

/* ---- rows ---- */

static int keep_example(struct outcome_row *row, const struct example *example)
{
	const struct server_request *request = example->request;
	uint64_t *points = copy(request->points, request->point_count * sizeof(*points));
	uint32_t *prefix = copy(request->prefix, request->prefix_count * sizeof(*prefix));

	if (!points || !prefix) {
		free(points);
		free(prefix);
		return -ENOMEM;
	}
	free(row->points);
	free(row->prefix);
	row->points = points;
	row->point_count = request->point_count;
	row->prefix = prefix;
	row->prefix_count = request->prefix_count;
	row->request = request->wire;
	row->preemptions = example->outcome->result.preemptions;
	row->hash = example->outcome->result.hash;
	row->duration_ns = example->outcome->duration_ns;
	return 0;
}

static int add_row(struct outcomes *outcomes, uint64_t identity, const struct example *example)
{
	const struct server_outcome *outcome = example->outcome;
	struct outcome_row *rows =
		reallocarray(outcomes->rows, outcomes->count + 1, sizeof(*rows));
	struct outcome_row *row;

	if (!rows)
		return -ENOMEM;
	outcomes->rows = rows;
	row = &rows[outcomes->count];
	*row = (struct outcome_row){
		.identity = identity,
		.exit_status = outcome->result.value,
		.output_hash = outcome->output_hash,
		.output_size = outcome->output_size,
		.output = outcome->output ? copy(outcome->output, outcome->output_size + 1)
					  : NULL,
		.observations = copy(outcome->observations, outcome->observations_size),
		.observations_size = outcome->observations_size,
		.need = OUTCOME_UNSEEN,
	};
	outcomes->count++;
	if (!row->observations || (outcome->output && !row->output))
		return -ENOMEM;
	return pc_map_add(&outcomes->numbers, identity, (uint32_t)outcomes->count - 1);
}

static struct outcome_row *find(const struct outcomes *outcomes, uint64_t identity)
{
	uint32_t number;

	return pc_map_find(&outcomes->numbers, identity, &number) ? &outcomes->rows[number]
								  : NULL;
}

/* The row of the outcome, made if need be, with the better example. NULL: too many, or no
 * memory, which is told in `ret_error`. */
static struct outcome_row *note(
	struct outcomes *outcomes, const struct example *example, int *ret_error)
{
	uint64_t identity = outcome_identity(example->outcome);
	struct outcome_row *row = find(outcomes, identity);
	bool is_new = !row;

	*ret_error = identity ? 0 : -ENOMEM;
	if (example->outcome->result.limits & WIRE_LIMIT_OBSERVATIONS)
		outcomes->values_overflowed = true;
	if (is_new && outcomes->count == OUTCOMES_MAX) {
		outcomes->too_many = true;
		return NULL;
	}
	if (is_new && *ret_error == 0)
		*ret_error = add_row(outcomes, identity, example);
	if (*ret_error < 0)
		return NULL;
	row = find(outcomes, identity);
	if (is_new || example->outcome->result.preemptions < row->preemptions)
		*ret_error = keep_example(row, example);
	return *ret_error < 0 ? NULL : row;
}

const struct outcome_row *outcomes_find(const struct outcomes *outcomes, uint64_t identity)
{
	for (size_t i = 0; i < outcomes->count; i++)
		if (outcomes->rows[i].identity == identity)
			return &outcomes->rows[i];
	return NULL;
}

int outcomes_take(
	struct outcomes *outcomes, const struct campaign_failure *execution, struct diag *diag)
{
	const struct finding_failure *failure = &execution->failure;
	const struct server_request request = {
		.wire = failure->request,
		.points = failure->points,
		.point_count = failure->point_count,
	};
	const struct example example = { &request, execution->outcome };
	struct outcome_row *row;
	int r = 0;

	if (!outcomes->has_image) {
		r = modules_copy(execution->image, &outcomes->image);
		outcomes->has_image = r == 0;
	}
	row = r == 0 ? note(outcomes, &example, &r) : NULL;
	if (r < 0)
		return diag_set(diag, r, "no memory for outcomes");
	if (!row)
		return 0;
	if (row->times_seen++)
		return 0;
	row->first_execution = failure->request.execution;
	return 1;
}

/* ---- executions without preemption ---- */

/* One that failed is a row of the failures. */
static int take_failure(struct outcomes *outcomes, const struct server_request *request,
	const struct server_outcome *outcome, struct diag *diag)
{
	struct failures *failures = outcomes->failures;
	enum finding_kind kind = finding_kind_of(outcome, failures->expectation);
	struct modules image = { 0 };
	struct campaign_failure failure = {
		.failure = {
			.request = request->wire,
			.hash = outcome->result.hash,
			.kind = kind,
			.prefix = request->prefix,
			.prefix_count = request->prefix_count,
		},
		.outcome = outcome,
		.image = &image,
	};
	int r;

	if (kind == FINDING_NONE)
		return 0;
	outcomes->nonpreemptive_failures++;
	failure.key = finding_key(failures->server, outcome, kind);
	r = modules_copy(server_modules(failures->server), &image);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	r = failures_take(failures, &failure, diag);
	modules_release(&image);
	return r < 0 ? r : 0;
}

static int take_nonpreemptive(void *context, const struct server_request *request,
	const struct server_outcome *outcome, struct diag *diag)
{
	struct outcomes *outcomes = context;
	const struct example example = { request, outcome };
	struct outcome_row *row;
	int r;

	outcomes->nonpreemptive++;
	outcomes->early_asked |= outcome->result.early_asked != 0;
	if (outcome->result.verdict != WIRE_VERDICT_EXIT)
		return take_failure(outcomes, request, outcome, diag);
	row = note(outcomes, &example, &r);
	if (r < 0)
		return diag_set(diag, r, "no memory for outcomes");
	/* Some threads have their turn even in these, when one goes on for very long. */
	if (row && outcome->result.preemptions == 0)
		row->need = OUTCOME_WITHOUT;
	return 0;
}

static int try_at_random(struct outcomes *outcomes, uint64_t seed, struct diag *diag)
{
	struct failures *failures = outcomes->failures;
	int r = 0;

	for (uint64_t i = 0; i < OUTCOMES_RANDOM && r >= 0; i++) {
		const struct server_request request = {
			.wire = {
				.execution = i + 1,
				.strategy = WIRE_STRATEGY_NONPREEMPTIVE,
				.seed = hash_mix(hash_fold(hash_mix(~seed), i)),
			},
		};
		struct server_outcome outcome;

		if (failures->stopped && failures->stopped())
			break;
		r = server_execute(failures->server, &request, &outcome, diag);
		if (r < 0)
			break;
		r = take_nonpreemptive(outcomes, &request, &outcome, diag);
		server_outcome_release(&outcome);
	}
	return r < 0 ? r : 0;
}

static int try_nonpreemptive(struct outcomes *outcomes, const struct campaign_stats *stats,
	uint64_t seed, struct diag *diag)
{
	struct enumeration enumeration = {
		.execution_limit = OUTCOMES_ENUMERATED,
		.time_limit_ns = ENUMERATION_NS,
		.stopped = outcomes->failures->stopped,
		.context = outcomes,
		.ended = take_nonpreemptive,
	};
	int r = failures_start_server(outcomes->failures, stats->typical_ns, diag);

	if (r < 0)
		return r;
	enumeration.server = outcomes->failures->server;
	r = enumerate(&enumeration, diag);
	outcomes->all_nonpreemptive = enumeration.complete && !outcomes->early_asked;
	if (r < 0 || outcomes->all_nonpreemptive)
		return r;
	return try_at_random(outcomes, seed, diag);
}

/* ---- schedules ---- */

/* Else it is of the server that examines. */
static bool is_of_campaign(const struct outcome_row *row)
{
	return row->request.strategy != WIRE_STRATEGY_ENUMERATE &&
	       row->request.strategy != WIRE_STRATEGY_NONPREEMPTIVE;
}

static int examine_row(struct outcomes *outcomes, struct outcome_row *row, struct diag *diag)
{
	struct failures *failures = outcomes->failures;
	const struct finding_expectation *usual = failures->expectation;
	const struct server_outcome outcome = { .duration_ns = row->duration_ns };
	const struct campaign_failure execution = {
		.failure = {
			.request = row->request,
			.hash = row->hash,
			.kind = FINDING_OUTCOME,
			.points = row->points,
			.point_count = row->point_count,
			.prefix = row->prefix,
			.prefix_count = row->prefix_count,
		},
		.outcome = &outcome,
		.image = is_of_campaign(row) ? &outcomes->image : server_modules(failures->server),
	};
	int r;

	outcome_judge_init(&outcomes->judge, row->identity);
	outcomes->expectation = (struct finding_expectation){ .any_exit_status = true,
		.judge = &outcomes->judge };
	failures->expectation = &outcomes->expectation;
	if (failures->examining)
		failures->examining(failures->context, &execution);
	r = failures_examine(failures, &execution, &row->finding, diag);
	failures->expectation = usual;
	return r;
}

static int by_frequency(const void *a, const void *b)
{
	const struct outcome_row *x = a;
	const struct outcome_row *y = b;

	if (x->times_seen != y->times_seen)
		return x->times_seen < y->times_seen ? 1 : -1;
	if (x->first_execution != y->first_execution)
		return x->first_execution < y->first_execution ? -1 : 1;
	return (x->identity > y->identity) - (x->identity < y->identity);
}

static void settle_needs(struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->count; i++) {
		struct outcome_row *row = &outcomes->rows[i];

		if (row->preemptions == 0 ||
			(row->finding && row->finding->replays && !row->finding->preemptions))
			row->need = OUTCOME_WITHOUT;
		if (row->need == OUTCOME_UNSEEN && outcomes->all_nonpreemptive)
			row->need = OUTCOME_NEEDS_ONE;
	}
}

int outcomes_finish(struct outcomes *outcomes, const struct campaign_stats *stats,
	uint64_t seed, struct diag *diag)
{
	int r = try_nonpreemptive(outcomes, stats, seed, diag);

	if (outcomes->count)
		qsort(outcomes->rows, outcomes->count, sizeof(*outcomes->rows), by_frequency);
	pc_map_release(&outcomes->numbers);
	for (size_t i = 0; i < outcomes->count && r >= 0; i++) {
		if (i < EXAMINATIONS_MAX)
			r = examine_row(outcomes, &outcomes->rows[i], diag);
		else
			outcomes->unexamined++;
	}
	settle_needs(outcomes);
	return r < 0 ? r : 0;
}

struct outcome_text outcome_row_text(const struct outcome_row *row, bool brief)
{
	return (struct outcome_text){
		.exit_status = row->exit_status,
		.output = row->output,
		.output_size = (size_t)row->output_size,
		.output_hash = row->output_hash,
		.observations = row->observations,
		.observations_size = row->observations_size,
		.brief = brief,
	};
}

void outcomes_release(struct outcomes *outcomes)
{
	for (size_t i = 0; i < outcomes->count; i++) {
		struct outcome_row *row = &outcomes->rows[i];

		free(row->output);
		free(row->observations);
		free(row->points);
		free(row->prefix);
		finding_free(row->finding);
	}
	free(outcomes->rows);
	pc_map_release(&outcomes->numbers);
	modules_release(&outcomes->image);
	*outcomes = (struct outcomes){ 0 };
}
