/* SPDX-License-Identifier: Apache-2.0 */
/* From the order of locks to deadlocks, or to predictions of them; see predictions.h. */
#include "tool/search/predictions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/locations.h"
#include "tool/analysis/lock_drive.h"
#include "tool/analysis/lock_order.h"
#include "tool/analysis/suppressions.h"
#include "tool/analysis/verify.h"
#include "tool/launch/clock.h"

/* Executions that are recorded: the one without preemptions, then random ones. */
#define RECORDED 4

/* One cycle by its places, whatever locks of one sort and whatever threads it was seen with. */
struct prediction {
	uint64_t fingerprint;
	struct lock_cycle cycle; /* as it was seen first, in the execution of */
	struct wire_request request;
	uint64_t hash;
	bool happened;
	bool suppressed;
};

static int fingerprint_of(struct examiner *examiner, struct recording *recording,
	const struct lock_cycle *cycle, uint64_t *ret_fingerprint, struct diag *diag)
{
	const struct observation about = {
		.kind = FINDING_LOCK_ORDER,
		.recording = recording,
	};

	recording->cycle = *cycle;
	return observation_fingerprint(examiner, &about, ret_fingerprint, diag);
}

/* Whether the user does not want to hear of the recording's cycle. */
static bool suppress(const struct failures *failures, struct symbols *symbols,
	const struct recording *recording)
{
	struct suppression *suppression =
		suppressions_find_cycle(failures->suppressions, symbols, recording);

	if (suppression)
		suppression->findings++;
	return suppression != NULL;
}

/* The prediction of that cycle, a new one if need be; NULL: there are too many, or no memory.
 */
static struct prediction *prediction_of(struct predictions *predictions, uint64_t fingerprint,
	struct symbols *symbols, const struct recording *recording)
{
	struct prediction *list;

	for (size_t i = 0; i < predictions->count; i++)
		if (predictions->list[i].fingerprint == fingerprint)
			return &predictions->list[i];
	if (predictions->count >= PREDICTIONS_MAX)
		return NULL;
	list = reallocarray(predictions->list, predictions->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	predictions->list = list;
	list[predictions->count] = (struct prediction){
		.suppressed = suppress(predictions->failures, symbols, recording),
		.fingerprint = fingerprint,
		.cycle = recording->cycle,
		.request = recording->request,
		.hash = recording->result.hash,
	};
	return &list[predictions->count++];
}

/*
 * The failing execution is examined like any other, for a finding of its own. Returns 1, or 0
 * when it did not happen again.
 */
static int take_driven(struct predictions *predictions, const struct lock_drive *drive,
	uint64_t execution, struct diag *diag)
{
	struct failures *failures = predictions->failures;
	const struct server_outcome outcome = { .duration_ns = predictions->typical_ns };
	const struct campaign_failure failure = {
		.failure = {
			.request = { .strategy = WIRE_STRATEGY_REPLAY,
				.execution = execution },
			.hash = drive->hash,
			.kind = drive->kind,
			.decisions = drive->decisions,
			.decision_count = drive->decision_count,
			.locations = drive->locations,
			.location_count = drive->location_count,
		},
		.outcome = &outcome,
		.image = server_modules(failures->server),
	};
	struct finding *finding;
	int r;

	if (failures->examining)
		failures->examining(failures->context, &failure);
	r = failures_examine(failures, &failure, &finding, diag);
	if (r < 0)
		return r;
	if (!finding->deterministic) {
		finding_free(finding);
		return 0;
	}
	finding->from_prediction = true;
	finding->first_execution = execution;
	finding->times_seen = 0;
	r = findings_add(&failures->findings, drive->hash, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (r > 0)
		failures->found(failures->context, finding);
	return 1;
}

static int drive_one(struct predictions *predictions, struct examiner *examiner,
	const struct recording *recording, struct prediction *prediction, struct diag *diag)
{
	struct lock_drive drive;
	int r = lock_drive(examiner, recording, &recording->cycle, &drive, diag);

	if (r < 0)
		return r;
	if (drive.kind != FINDING_NONE)
		r = take_driven(predictions, &drive,
			predictions->executions + examiner->executions, diag);
	if (r > 0 && drive.kind == FINDING_DEADLOCK) {
		prediction->happened = true;
		predictions->driven++;
	}
	lock_drive_release(&drive);
	return r;
}

static bool is_stopped(const struct predictions *predictions)
{
	const struct failures *failures = predictions->failures;

	return failures->stopped && failures->stopped();
}

static int look_at(struct predictions *predictions, struct examiner *examiner,
	const struct observation *seen, uint64_t deadline_ns, struct diag *diag)
{
	struct lock_cycle *cycles;
	struct prediction *prediction;
	size_t count;
	uint64_t fingerprint;
	int r = lock_order_find(seen->recording, &cycles, &count);

	if (r < 0)
		return diag_set(diag, r, "no memory for the order of locks");
	for (size_t i = 0; i < count && r >= 0; i++) {
		if (is_stopped(predictions) || clock_now_ns() > deadline_ns)
			break;
		r = fingerprint_of(examiner, seen->recording, &cycles[i], &fingerprint, diag);
		prediction = r < 0 ? NULL
				   : prediction_of(predictions, fingerprint, examiner->symbols,
					     seen->recording);
		if (!prediction || prediction->happened || prediction->suppressed)
			continue;
		r = drive_one(predictions, examiner, seen->recording, prediction, diag);
	}
	free(cycles);
	return r;
}

/* One that could not be driven, as a finding that says so: the execution once more. */
static int tell(struct predictions *predictions, const struct prediction *prediction,
	struct examiner *examiner, struct diag *diag)
{
	struct failures *failures = predictions->failures;
	const struct server_request request = { .wire = prediction->request };
	struct observation seen = { 0 };
	struct finding *finding = NULL;
	int r = examine_recorded(examiner, &request, &seen, diag);

	if (r >= 0 && seen.hash == prediction->hash) {
		seen.kind = FINDING_LOCK_ORDER;
		seen.recording->cycle = prediction->cycle;
		r = finding_of_observation(examiner, &seen, &finding, diag);
	}
	observation_release(&seen);
	if (r < 0 || !finding)
		return r;
	finding->first_execution = prediction->request.execution;
	r = findings_add(&failures->findings, finding->fingerprint, finding);
	if (r < 0)
		return diag_set(diag, r, "out of memory");
	if (r > 0)
		failures->found(failures->context, finding);
	return 0;
}

int predictions_run(struct predictions *predictions, struct diag *diag)
{
	struct failures *failures = predictions->failures;
	uint64_t deadline_ns = clock_now_ns() + PREDICTIONS_GIVE_UP_NS;
	struct examiner examiner = { .expectation = failures->expectation };
	int r = failures_start_server(failures, predictions->typical_ns, diag);

	examiner.server = failures->server;
	for (uint64_t i = 1; i <= RECORDED && r >= 0 && !is_stopped(predictions); i++) {
		const struct server_request request = {
			.wire = {
				.strategy = i == 1 ? WIRE_STRATEGY_SEQUENTIAL
						   : WIRE_STRATEGY_RANDOM,
				.execution = i,
				.seed = predictions->seed + i,
			},
		};
		struct observation seen = { 0 };

		r = examine_recorded(&examiner, &request, &seen, diag);
		if (r >= 0 && seen.kind == FINDING_NONE && !seen.recording->truncated)
			r = look_at(predictions, &examiner, &seen, deadline_ns, diag);
		observation_release(&seen);
	}
	for (size_t i = 0; i < predictions->count && r >= 0; i++)
		if (!predictions->list[i].happened && !predictions->list[i].suppressed)
			r = tell(predictions, &predictions->list[i], &examiner, diag);
	examiner_release(&examiner);
	return r < 0 ? r : 0;
}

void predictions_release(struct predictions *predictions)
{
	free(predictions->list);
	*predictions = (struct predictions){ .failures = NULL };
}
