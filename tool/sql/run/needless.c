/* SPDX-License-Identifier: Apache-2.0 */
/* See needless.h. */
#include "tool/sql/run/needless.h"

#include <errno.h>

#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/run/variant.h"

static bool names_level(const struct spec *spec, const char *word)
{
	for (unsigned int i = 0; i < spec->step_count; i++)
		if (sql_has_word(spec->steps[i]->sql, word))
			return true;
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (sql_has_word(spec->sessions[i]->setup, word))
			return true;
	return false;
}

/* The level that the SQL asks for, else the one that the sessions have. */
static enum spec_level level_in_effect(const struct spec *spec, enum spec_level level)
{
	if (names_level(spec, "serializable"))
		return LEVEL_SERIALIZABLE;
	return names_level(spec, "repeatable") ? LEVEL_REPEATABLE_READ : level;
}

/* Where the engine does not refuse what it refuses at `level`; LEVEL_DEFAULT: nowhere. */
static enum spec_level lower_level(enum spec_engine engine, enum spec_level level)
{
	if (engine == SPEC_POSTGRES && level == LEVEL_SERIALIZABLE)
		return LEVEL_REPEATABLE_READ;
	if (engine == SPEC_POSTGRES && level == LEVEL_REPEATABLE_READ)
		return LEVEL_READ_COMMITTED;
	if (engine == SPEC_MARIADB && level == LEVEL_SNAPSHOT)
		return LEVEL_REPEATABLE_READ;
	return LEVEL_DEFAULT;
}

/* The session's turn, if it has one now. */
static int give_turn(struct execution *execution, unsigned int session, bool *ret_had_one)
{
	struct action possible[SEARCH_ACTIONS_MAX];
	int count = execution_actions(execution, possible);

	*ret_had_one = false;
	for (int i = 0; i < count; i++)
		if (possible[i].session == session && possible[i].kind != ACTION_VICTIM) {
			*ret_had_one = true;
			return execution_perform(execution, possible[i]);
		}
	return 0;
}

static int finish(struct execution *execution, unsigned int session)
{
	bool had_one = true;
	int r = 0;

	while (r == 0 && had_one)
		r = give_turn(execution, session, &had_one);
	return r;
}

static bool is_last_turn(const struct refused_schedule *schedule, size_t at)
{
	for (size_t i = at + 1; i < schedule->action_count; i++)
		if (schedule->actions[i].session == schedule->actions[at].session)
			return false;
	return true;
}

/* The same turns; a session goes on to its end where it was refused. */
static int run_again(struct lab *lab, const struct refused_schedule *schedule)
{
	struct execution *execution = &lab->execution;
	unsigned int sessions = lab->spec->session_count;
	int r = execution_begin(execution, (UINT32_C(1) << sessions) - 1);
	bool had_one;

	for (size_t i = 0; i < schedule->action_count && r == 0; i++) {
		unsigned int session = schedule->actions[i].session;

		r = give_turn(execution, session, &had_one);
		if (r == 0 && schedule->ends[session] == SESSION_FAILED &&
			is_last_turn(schedule, i))
			r = finish(execution, session);
	}
	for (unsigned int i = 0; i < sessions && r == 0; i++)
		r = finish(execution, i);
	return r;
}

static bool all_done(const struct lab *lab)
{
	for (unsigned int i = 0; i < lab->outcome.session_count; i++)
		if (lab->outcome.sessions[i].end != SESSION_DONE ||
			lab->execution.actors[i].state != ACTOR_OVER)
			return false;
	return true;
}

static int look_at(
	struct lab *lab, const struct refused_schedule *schedule, struct sql_level *level)
{
	struct lab_verdict verdict;
	int r = run_again(lab, schedule);

	if (r == 0)
		r = lab_judge(lab, &verdict);
	if (r < 0)
		return r;
	level->needless_known++;
	level->needless += verdict.oracle.accepted && !verdict.broken && all_done(lab);
	return 0;
}

int needless_count(struct sql_campaign *campaign, struct sql_level *level,
	const struct refused_schedule *refused, size_t count, struct diag *diag)
{
	enum spec_level from = level_in_effect(campaign->spec, level->level);
	enum spec_level lower = lower_level(campaign->engine->ops->id, from);
	struct variant variant;
	struct lab lab;
	int r;

	if (!count || lower == LEVEL_DEFAULT || campaign->options->oracle > ORACLE_SERIAL)
		return 0;
	variant_init(&variant, campaign);
	variant_set_level(&variant, lower);
	r = lab_open(&lab, &variant.spec, campaign->engine, campaign->options, diag);
	if (r == 0)
		r = lab_level(&lab, lower);
	for (size_t i = 0; i < count && r == 0 && !interrupt_requested() &&
			   clock_now_ns() < campaign->deadline_ns;
		i++)
		r = look_at(&lab, &refused[i], level);
	lab_release(&lab);
	return r;
}
