/* SPDX-License-Identifier: Apache-2.0 */
/* Depth-first search by prefixes of choices; see enumerate.h. */
#include "tool/search/enumerate.h"

#include <errno.h>
#include <stdlib.h>

#include "tool/launch/clock.h"

struct search {
	struct enumeration *enumeration;
	uint32_t *prefix;
	size_t prefix_count;
	size_t capacity;
	uint64_t deadline_ns;
};

static void give_up(struct enumeration *enumeration, const char *why)
{
	if (!enumeration->why_not)
		enumeration->why_not = why;
}

/* Did the execution make the choices that it was given? */
static bool followed(const struct search *search, const struct server_outcome *outcome)
{
	if (outcome->choice_count < search->prefix_count)
		return false;
	for (size_t i = 0; i < search->prefix_count; i++)
		if (outcome->choices[i].chosen != search->prefix[i])
			return false;
	return true;
}

static int make_room(struct search *search, size_t count)
{
	uint32_t *prefix;

	if (count <= search->capacity)
		return 0;
	prefix = reallocarray(search->prefix, count * 2, sizeof(*prefix));
	if (!prefix)
		return -ENOMEM;
	search->prefix = prefix;
	search->capacity = count * 2;
	return 0;
}

/* The next prefix: the last choice that has another option takes it. Returns 0: there is none.
 */
static int advance(struct search *search, const struct server_outcome *outcome)
{
	size_t last = outcome->choice_count;

	while (last > 0 &&
		outcome->choices[last - 1].chosen + 1 >= outcome->choices[last - 1].count)
		last--;
	if (last == 0)
		return 0;
	if (make_room(search, last) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < last; i++)
		search->prefix[i] = outcome->choices[i].chosen;
	search->prefix[last - 1]++;
	search->prefix_count = last;
	return 1;
}

static bool may_go_on(const struct search *search)
{
	struct enumeration *enumeration = search->enumeration;

	if (enumeration->executions >= enumeration->execution_limit)
		give_up(enumeration, "there are too many of them");
	else if (clock_now_ns() > search->deadline_ns)
		give_up(enumeration, "they take too long");
	else if (enumeration->stopped && enumeration->stopped())
		give_up(enumeration, "it was interrupted");
	return !enumeration->why_not;
}

/* Returns 1 to go on, 0 when it is over. */
static int take(struct search *search, const struct server_request *request,
	const struct server_outcome *outcome, struct diag *diag)
{
	struct enumeration *enumeration = search->enumeration;
	int r;

	if (outcome->result.verdict == WIRE_VERDICT_UNSUPPORTED ||
		outcome->result.verdict == WIRE_VERDICT_DEFECT || outcome->lost) {
		give_up(enumeration, "an execution could not be controlled");
		return 0;
	}
	if (!followed(search, outcome)) {
		give_up(enumeration, "the program does not repeat");
		return 0;
	}
	if (outcome->choices_overflowed) {
		give_up(enumeration, "an execution has too many choices");
		return 0;
	}
	r = enumeration->ended(enumeration->context, request, outcome, diag);
	if (r > 0)
		give_up(enumeration, "it was ended early");
	if (r != 0)
		return r < 0 ? r : 0;
	r = advance(search, outcome);
	if (r == 0)
		enumeration->complete = true;
	return r < 0 ? diag_set(diag, r, "out of memory") : r;
}

static int run(struct search *search, struct diag *diag)
{
	struct enumeration *enumeration = search->enumeration;
	struct server_outcome outcome;
	int r = 1;

	while (r > 0 && may_go_on(search)) {
		const struct server_request request = {
			.wire = {
				.execution = enumeration->executions + 1,
				.strategy = WIRE_STRATEGY_ENUMERATE,
				.enumerate = enumeration->kinds,
			},
			.points = enumeration->points,
			.point_count = enumeration->point_count,
			.prefix = search->prefix,
			.prefix_count = search->prefix_count,
		};

		r = server_execute(enumeration->server, &request, &outcome, diag);
		if (r < 0)
			break;
		enumeration->executions++;
		r = take(search, &request, &outcome, diag);
		server_outcome_release(&outcome);
	}
	return r < 0 ? r : 0;
}

int enumerate(struct enumeration *enumeration, struct diag *diag)
{
	struct search search = {
		.enumeration = enumeration,
		.deadline_ns = clock_now_ns() + enumeration->time_limit_ns,
	};
	int r;

	enumeration->executions = 0;
	enumeration->complete = false;
	enumeration->why_not = NULL;
	r = run(&search, diag);
	free(search.prefix);
	return r;
}
