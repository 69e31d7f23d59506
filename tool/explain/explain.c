/* SPDX-License-Identifier: Apache-2.0 */
/* The way to one explanation; see explain.h. */
#include "tool/explain/explain.h"

#include <errno.h>
#include <stdlib.h>

#include "tool/analysis/plan.h"
#include "tool/analysis/verify.h"
#include "tool/explain/passing.h"
#include "tool/explain/suggest.h"

/* Candidates below this are guesses. */
#define SCORE_MIN 30
/* So much worse one may be and still be tried. */
#define SCORE_NEAR 60
#define REMEDIES_TRIED 5

static int by_score(const void *a, const void *b)
{
	const struct explanation *left = a, *right = b;

	if (left->score != right->score)
		return left->score > right->score ? -1 : 1;
	return (left->kind > right->kind) - (left->kind < right->kind);
}

/* ---- where no pattern fits ---- */

static bool is_worth_showing(const struct acts *acts, uint32_t i)
{
	const struct act *act = &acts->list[i];

	if (act->variable != WIRE_NONE)
		return acts->variables[act->variable].shared &&
		       acts->variables[act->variable].written;
	return act->kind != ACT_OTHER && act->kind != ACT_END && act->kind != ACT_CHOICE;
}

/* The last steps that threads can have seen of one another. */
static struct explanation *add_steps(struct inquiry *inquiry)
{
	struct explanation *e = inquiry_add(inquiry, EXPLANATION_NONE, 0);
	uint32_t shown = 0;

	if (!e)
		return NULL;
	for (size_t i = inquiry->acts.count; i-- > 0 && shown < EXPLANATION_STEPS_MAX;)
		if (is_worth_showing(&inquiry->acts, (uint32_t)i)) {
			explanation_add(e, (uint32_t)i, false, NULL);
			shown++;
		}
	e->sentence = inquiry_text("No known pattern fits what the threads did: these are the "
				   "steps.");
	return e;
}

/* ---- the patterns ---- */

static void look_for_patterns(struct inquiry *inquiry)
{
	pattern_deadlock(inquiry);
	pattern_lifetime(inquiry);
	pattern_signals(inquiry);
	pattern_atomicity(inquiry);
	pattern_variables(inquiry);
	pattern_order(inquiry);
	qsort(inquiry->candidates, inquiry->candidate_count, sizeof(inquiry->candidates[0]),
		by_score);
}

/*
 * The best by its score, unless its remedy does not hold and that of another one nearly as good
 * does: what would have helped is the better explanation.
 */
static int choose_best(
	struct examiner *examiner, struct explained *explained, struct diag *diag)
{
	struct inquiry *inquiry = &explained->inquiry;
	struct explanation *best = &inquiry->candidates[0];
	uint32_t tried = 0;

	explained->chosen = best;
	for (size_t i = 0; i < inquiry->candidate_count && tried < REMEDIES_TRIED; i++) {
		struct explanation *candidate = &inquiry->candidates[i];
		int r;

		if (candidate->score < SCORE_MIN ||
			candidate->score < best->score - SCORE_NEAR ||
			examiner_is_stopped(examiner))
			break;
		if (candidate->remedy.kind == REMEDY_NONE) {
			if (candidate == best)
				break;
			continue;
		}
		tried++;
		r = suggest_try(examiner, inquiry, candidate, diag);
		if (r < 0)
			return r;
		if (r > 0) {
			explained->chosen = candidate;
			return 0;
		}
	}
	return 0;
}

/*
 * An execution that was cut short did not fail at what its threads did to one another: that may
 * be long past, or innocent. Only a remedy that held shows that it mattered.
 */
static bool is_proven(const struct explained *explained)
{
	return explained->finding->kind != FINDING_HANG || explained->chosen->suggestion;
}

static int choose(struct examiner *examiner, struct explained *explained, struct diag *diag)
{
	struct inquiry *inquiry = &explained->inquiry;

	look_for_patterns(inquiry);
	if (inquiry->candidate_count && inquiry->candidates[0].score >= SCORE_MIN) {
		int r = choose_best(examiner, explained, diag);

		if (r < 0 || is_proven(explained))
			return r;
	}
	/* Room for the last resort: what was not good enough goes. */
	while (inquiry->candidate_count)
		explanation_release(&inquiry->candidates[--inquiry->candidate_count]);
	explained->chosen = add_steps(inquiry);
	return explained->chosen ? 0 : -ENOMEM;
}

/* Values that the program was given matter whatever the pattern: minimising left only those. */
static void add_choices(struct inquiry *inquiry, struct explanation *e)
{
	for (size_t i = 0; i < inquiry->acts.count; i++) {
		const struct act *act = &inquiry->acts.list[i];

		if (act->kind == ACT_CHOICE && !act->pending && act->what->result)
			explanation_add(e, (uint32_t)i, false, NULL);
	}
}

int explain_finding(const struct finding_lab *lab, const struct finding *finding,
	struct explained *ret_explained, struct diag *diag)
{
	struct examiner examiner = {
		.server = lab->server,
		.expectation = lab->expectation,
		.cache = lab->symbols,
		.stopped = lab->stopped,
	};
	int r;

	*ret_explained = (struct explained){ .finding = finding };
	r = passing_find(&examiner, finding, &ret_explained->passing, diag);
	if (r >= 0)
		r = inquiry_begin(&ret_explained->inquiry, finding, ret_explained->passing);
	if (r >= 0)
		r = choose(&examiner, ret_explained, diag);
	if (r >= 0)
		add_choices(&ret_explained->inquiry, ret_explained->chosen);
	ret_explained->executions = examiner.executions;
	examiner_release(&examiner);
	return r;
}

void explained_release(struct explained *explained)
{
	inquiry_release(&explained->inquiry);
	recording_free(explained->passing);
	*explained = (struct explained){ 0 };
}
