/* SPDX-License-Identifier: Apache-2.0 */
/* A finding's own life and words: see finding.h and verify.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/locations.h"
#include "tool/analysis/misuse.h"
#include "tool/analysis/race.h"
#include "tool/analysis/verdict.h"
#include "tool/analysis/verify.h"
#include "tool/trace/schedule.h"

void finding_free(struct finding *finding)
{
	if (!finding)
		return;
	free(finding->reason);
	free(finding->summary);
	free(finding->story_title);
	free(finding->story);
	free(finding->suggestion);
	free(finding->name);
	free(finding->schedule_path);
	free(finding->unsaved);
	free(finding->output);
	free(finding->effect_words);
	free(finding->leads_to);
	finding_free(finding->consequence);
	locations_release(finding->locations, finding->location_count);
	schedule_free(finding->schedule);
	recording_free(finding->recording);
	symbols_free(finding->symbols);
	free(finding);
}

/* Whether it is one only because the expectation's judge says so. */
static bool is_judged(const struct examiner *examiner, enum finding_kind kind)
{
	const struct finding_judge *judge = examiner->expectation->judge;

	return judge && judge->kind == kind;
}

static char *sentence_of(
	const struct finding *finding, const struct examiner *examiner, struct symbols *symbols)
{
	const struct finding_judge *judge = examiner->expectation->judge;

	if (finding->unrepeated)
		return strdup("seen once, and not again");
	if (is_judged(examiner, finding->kind))
		return judge->describe(judge, finding->recording, finding->output);
	return verdict_sentence(finding->recording, symbols, finding->kind, finding->output);
}

int observation_fingerprint(struct examiner *examiner, const struct observation *observation,
	uint64_t *ret_fingerprint, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, observation->recording, diag);
	struct finding_location *locations;
	size_t count;
	int r;

	if (!symbols)
		return -ENOMEM;
	if (is_judged(examiner, observation->kind)) {
		*ret_fingerprint = examiner->expectation->judge->fingerprint;
		return 0;
	}
	if (observation->kind == FINDING_DATA_RACE) {
		const struct recording *seen = observation->recording;

		*ret_fingerprint = race_fingerprint(symbols, &seen->races[seen->race]);
		return 0;
	}
	if (observation->kind == FINDING_LOCK_MISUSE) {
		const struct recording *seen = observation->recording;

		*ret_fingerprint = misuse_fingerprint(symbols, &seen->misuses[seen->misuse]);
		return 0;
	}
	r = locations_find(
		observation->recording, symbols, observation->kind, &locations, &count);
	if (r < 0)
		return r;
	*ret_fingerprint = fingerprint(
		observation->kind, observation->recording->result.value, locations, count);
	locations_release(locations, count);
	return 0;
}

int finding_describe(struct finding *finding, struct examiner *examiner, struct diag *diag)
{
	struct symbols *symbols = examiner_symbols(examiner, finding->recording, diag);
	int r;

	if (!symbols)
		return -ENOMEM;
	if (is_judged(examiner, finding->kind))
		finding->recording->condition = examiner->expectation->judge->fingerprint;
	r = locations_find(finding->recording, symbols,
		finding->unrepeated ? FINDING_NONE : finding->kind, &finding->locations,
		&finding->location_count);
	if (r < 0)
		return r;
	finding->summary = sentence_of(finding, examiner, symbols);
	if (asprintf(&finding->name, "%s-%08x", finding_kind_name(finding->kind),
		    (unsigned int)(finding->fingerprint >> 32)) < 0)
		finding->name = NULL;
	if (!finding->summary || !finding->name)
		return -ENOMEM;
	finding->symbols = symbols;
	examiner->symbols = NULL;
	return 0;
}

int finding_of_observation(struct examiner *examiner, struct observation *observation,
	struct finding **ret_finding, struct diag *diag)
{
	struct finding *finding = calloc(1, sizeof(*finding));
	int r;

	if (!finding)
		return -ENOMEM;
	finding->kind = observation->kind;
	finding->hash = observation->hash;
	finding->deterministic = true;
	r = observation_fingerprint(examiner, observation, &finding->fingerprint, diag);
	if (r >= 0) {
		finding->recording = observation->recording;
		finding->output = observation->output;
		observation->recording = NULL;
		observation->output = NULL;
		r = finding_describe(finding, examiner, diag);
	}
	if (r < 0) {
		finding_free(finding);
		return r;
	}
	*ret_finding = finding;
	return 0;
}
