/* SPDX-License-Identifier: Apache-2.0 */
/* See variant.h. */
#include "tool/sql/run/variant.h"

#include <string.h>

/* ---- copies ---- */

void variant_init(struct variant *variant, struct sql_campaign *campaign)
{
	const struct spec *from = campaign->spec;
	struct pool *pool = &campaign->pool;
	struct spec *to = &variant->spec;

	memset(variant, 0, sizeof(*variant));
	variant->campaign = campaign;
	variant->pool = pool;
	variant->level = campaign->finding_count ? campaign->findings[0]->level : LEVEL_DEFAULT;
	*to = *from;
	to->pool = (struct pool){ 0 };
	to->sessions = pool_alloc(pool, from->session_count * sizeof(*to->sessions));
	to->steps = pool_alloc(pool, from->step_count * sizeof(*to->steps));
	to->setups = pool_alloc(pool, (from->setup_count + 1) * sizeof(*to->setups));
	memcpy(to->setups, from->setups, from->setup_count * sizeof(*to->setups));
	to->faults = pool_alloc(pool, from->fault_count * sizeof(*to->faults));
	for (unsigned int i = 0; i < from->session_count; i++) {
		const struct spec_session *session = from->sessions[i];

		to->sessions[i] = pool_alloc(pool, sizeof(**to->sessions));
		*to->sessions[i] = *session;
		to->sessions[i]->steps =
			pool_alloc(pool, session->step_count * sizeof(*session->steps));
		for (unsigned int s = 0; s < session->step_count; s++) {
			struct spec_step *step = pool_alloc(pool, sizeof(*step));

			*step = *session->steps[s];
			to->sessions[i]->steps[s] = step;
			to->steps[step->id] = step;
		}
	}
	for (size_t i = 0; i < from->fault_count; i++) {
		to->faults[i] = from->faults[i];
		if (from->faults[i].step)
			to->faults[i].step = to->steps[from->faults[i].step->id];
	}
}

/* ---- isolation levels ---- */

/* "... ISOLATION LEVEL x y ..." with another level. */
static const char *with_level(struct pool *pool, const char *sql, enum spec_level level)
{
	const char *at = sql;
	const char *start = NULL;
	const char *end = NULL;
	struct sql_word word, before = { 0 };

	while (sql_next_word(&at, &word)) {
		bool is_name = sql_word_is(&word, "serializable") ||
			       sql_word_is(&word, "repeatable") || sql_word_is(&word, "read") ||
			       sql_word_is(&word, "committed") ||
			       sql_word_is(&word, "uncommitted");

		if (sql_word_is(&before, "level") && is_name)
			start = word.text;
		if (start && is_name &&
			!(sql_word_is(&word, "read") && end && word.text != start &&
				!sql_word_is(&before, "repeatable")))
			end = at;
		else if (start && !is_name)
			break;
		before = word;
	}
	if (!start)
		return sql;
	return pool_format(
		pool, "%.*s%s%s", (int)(start - sql), sql, spec_level_name(level), end);
}

void variant_set_level(struct variant *variant, enum spec_level level)
{
	struct spec *spec = &variant->spec;

	variant->level = level;
	for (unsigned int i = 0; i < spec->step_count; i++)
		spec->steps[i]->sql = with_level(variant->pool, spec->steps[i]->sql, level);
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (spec->sessions[i]->setup)
			spec->sessions[i]->setup =
				with_level(variant->pool, spec->sessions[i]->setup, level);
}
