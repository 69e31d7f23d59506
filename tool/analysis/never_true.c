/* SPDX-License-Identifier: Apache-2.0 */
/* One execution's part in it; see never_true.h. */
#include "tool/analysis/never_true.h"

#include <stdio.h>

#include "common/hash.h"
#include "tool/launch/server.h"
#include "tool/trace/observations.h"
#include "tool/trace/recording.h"

static const struct wire_observation *find(
	const uint8_t *observations, size_t size, uint64_t condition)
{
	const struct wire_observation *o;

	for (size_t at = 0; (o = observation_next(observations, size, &at));)
		if (o->kind == WIRE_OBSERVED_SOMETIMES && hash_string(o->name) == condition)
			return o;
	return NULL;
}

static bool shows(const struct finding_judge *judge, const struct server_outcome *outcome)
{
	const struct wire_observation *o =
		find(outcome->observations, outcome->observations_size, judge->fingerprint);

	return o && !o->value;
}

static char *describe(const struct finding_judge *judge, const struct recording *recording,
	const char *output)
{
	const struct wire_observation *o =
		find(recording->observations, recording->observations_size, judge->fingerprint);
	char *text;

	(void)output;
	if (asprintf(&text, "%s: looked at, but not true in any execution", o ? o->name : "?") <
		0)
		return NULL;
	return text;
}

void never_true_judge_init(struct finding_judge *judge, uint64_t condition)
{
	*judge = (struct finding_judge){
		.kind = FINDING_NEVER_TRUE,
		.fingerprint = condition,
		.shows = shows,
		.describe = describe,
	};
}
