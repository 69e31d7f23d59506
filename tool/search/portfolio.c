/* SPDX-License-Identifier: Apache-2.0 */
/* Taking strategies in turn; see portfolio.h. */
#include "tool/search/portfolio.h"

#include <string.h>

#include "common/hash.h"

/*
 * PCT finds a bug of depth d with a probability that falls with the d-1'th power of the length,
 * and most known bugs have a depth of 2 or 3.
 */
#define PCT_DEPTH_MIN 2
#define PCT_DEPTHS 3

/* One outlier must not stretch the estimate so far that change points are never met. */
#define ESTIMATE_OVER_MEAN 2

static const char *const names[SEARCH_STRATEGY_COUNT] = {
#define STRATEGY(symbol, name) [SEARCH_##symbol] = name,
	SEARCH_STRATEGIES(STRATEGY)
#undef STRATEGY
};

const char *search_strategy_name(enum search_strategy strategy)
{
	return names[strategy];
}

int search_strategy_from_name(const char *name)
{
	for (int i = 0; i < SEARCH_STRATEGY_COUNT; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

void portfolio_init(struct portfolio *portfolio, enum search_strategy strategy, uint64_t seed)
{
	*portfolio = (struct portfolio){ .strategy = strategy, .seed = seed };
}

/* The strategy of an execution, and in `ret_round` how often it has had its turn before. */
static enum wire_strategy choose(
	enum search_strategy strategy, uint64_t execution, uint64_t *ret_round)
{
	static const enum wire_strategy turns[] = {
		WIRE_STRATEGY_RANDOM,
		WIRE_STRATEGY_PCT,
		WIRE_STRATEGY_POS,
	};
	uint64_t turn_count = sizeof(turns) / sizeof(turns[0]);

	*ret_round = 0;
	if (execution <= 1)
		return WIRE_STRATEGY_SEQUENTIAL;
	*ret_round = execution - 2;
	switch (strategy) {
	case SEARCH_RANDOM:
		return WIRE_STRATEGY_RANDOM;
	case SEARCH_PCT:
		return WIRE_STRATEGY_PCT;
	case SEARCH_POS:
		return WIRE_STRATEGY_POS;
	case SEARCH_AUTO:
		*ret_round = (execution - 2) / turn_count;
		return turns[(execution - 2) % turn_count];
	default:
		break;
	}
	return WIRE_STRATEGY_SEQUENTIAL;
}

void portfolio_request(
	const struct portfolio *portfolio, uint64_t execution, struct wire_request *request)
{
	uint64_t round;
	enum wire_strategy strategy = choose(portfolio->strategy, execution, &round);

	*request = (struct wire_request){
		.execution = execution,
		.seed = hash_mix(hash_fold(portfolio->seed, execution)),
		.strategy = strategy,
		.step_estimate = portfolio->step_estimate,
	};
	if (strategy == WIRE_STRATEGY_PCT)
		request->depth = PCT_DEPTH_MIN + (uint32_t)(round % PCT_DEPTHS);
}

void portfolio_learn(struct portfolio *portfolio, uint64_t steps)
{
	portfolio->learned_count++;
	portfolio->step_sum += steps;
	if (steps > portfolio->step_max)
		portfolio->step_max = steps;

	uint64_t bound =
		ESTIMATE_OVER_MEAN * (portfolio->step_sum / portfolio->learned_count) + 1;

	portfolio->step_estimate = portfolio->step_max < bound ? portfolio->step_max : bound;
}
