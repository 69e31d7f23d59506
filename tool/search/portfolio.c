/* SPDX-License-Identifier: Apache-2.0 */
/* Sharing executions out among strategies; see portfolio.h. */
#include "tool/search/portfolio.h"

#include <errno.h>
#include <string.h>

#include "common/hash.h"
#include "common/random.h"

/*
 * PCT finds a bug of depth d with a probability that falls with the d-1'th power of the length,
 * and most known bugs have a depth of 2 or 3. Delays are as many.
 */
#define PCT_DEPTH_MIN 2
#define PCT_DEPTHS 3
#define DELAYS_MIN 1
#define DELAYS 3

/* One outlier must not stretch the estimate so far that change points are never met. */
#define ESTIMATE_OVER_MEAN 2

/* Plain accesses that are points in an execution that nothing is known before. */
#define EAGER_ACCESSES 4000u

/* Executions whose plain accesses are all looked at, and how often it is done later. */
#define PLAIN_TRACES 32
#define PLAIN_TRACE_EVERY 32
/* Longer executions are traced less often, for it takes time. */
#define LONG_STEPS 20000
#define LONG_TRACE_EVERY 8

/* What a strategy brought to light counts half as much after so many of its executions. */
#define YIELD_HALF_LIFE 64.0
/* Strategies that have brought nothing to light for long still get a share. */
#define YIELD_FLOOR 0.02
#define YIELD_START 2.0
/* A pair of read and write that was never seen is worth as many new behaviours. */
#define PAIR_WORTH 4

static const char *const names[SEARCH_STRATEGY_COUNT] = {
#define STRATEGY(symbol, name) [SEARCH_##symbol] = name,
	SEARCH_STRATEGIES(STRATEGY)
#undef STRATEGY
};

static const enum wire_strategy wire_strategies[SEARCH_STRATEGY_COUNT] = {
	[SEARCH_SEQUENTIAL] = WIRE_STRATEGY_SEQUENTIAL,
	[SEARCH_LOCKSTEP] = WIRE_STRATEGY_LOCKSTEP,
	[SEARCH_DRIVEN] = WIRE_STRATEGY_DRIVEN,
	[SEARCH_READS_FROM] = WIRE_STRATEGY_DRIVEN,
	[SEARCH_POS] = WIRE_STRATEGY_POS,
	[SEARCH_SURW] = WIRE_STRATEGY_SURW,
	[SEARCH_PCT] = WIRE_STRATEGY_PCT,
	[SEARCH_RANDOM] = WIRE_STRATEGY_RANDOM,
	[SEARCH_DELAY] = WIRE_STRATEGY_DELAY,
};

/*
 * What `auto` begins with: lockstep, for one such execution shows most of the simple bugs; what
 * the others start from; then what has most often shown the rest. Then it goes by what
 * strategies bring to light. */
static const enum search_strategy openings[] = {
	SEARCH_LOCKSTEP,
	SEARCH_SEQUENTIAL,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_SURW,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_LOCKSTEP,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_RANDOM,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_POS,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_SURW,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_LOCKSTEP,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
	SEARCH_DRIVEN,
};

#define OPENINGS (sizeof(openings) / sizeof(openings[0]))

/* The variants of lockstep, in the order in which they are tried. */
static const uint32_t lockstep_variants[] = { 0, 8, 4, 2, 1, 3, 5 };

#define LOCKSTEP_VARIANTS (sizeof(lockstep_variants) / sizeof(lockstep_variants[0]))

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
	portfolio->frontier.seed = seed;
	for (int i = SEARCH_DRIVEN; i < SEARCH_STRATEGY_COUNT; i++)
		portfolio->yields[i] = (struct yield){ 1, YIELD_START };
}

void portfolio_release(struct portfolio *portfolio)
{
	frontier_release(&portfolio->frontier);
	reads_from_release(&portfolio->reads_from);
	value_set_release(&portfolio->behaviours);
}

/* ---- choosing ---- */

/* Odds go by the square of the yield, so that one that is much better gets nearly all. */
static double odds_of(const struct portfolio *portfolio, int strategy)
{
	const struct yield *yield = &portfolio->yields[strategy];
	double rate = yield->gained / yield->taken + YIELD_FLOOR;

	return rate * rate;
}

static enum search_strategy draw_strategy(
	const struct portfolio *portfolio, struct random *random)
{
	double sum = 0, at;

	for (int i = SEARCH_DRIVEN; i < SEARCH_STRATEGY_COUNT; i++)
		sum += odds_of(portfolio, i);
	at = sum * (double)random_below(random, UINT32_MAX) / (double)UINT32_MAX;
	for (int i = SEARCH_DRIVEN; i < SEARCH_STRATEGY_COUNT - 1; i++) {
		at -= odds_of(portfolio, i);
		if (at < 0)
			return (enum search_strategy)i;
	}
	return SEARCH_STRATEGY_COUNT - 1;
}

/* Those that need no guidance, the better ones more often. */
static const enum search_strategy samplers[] = {
	SEARCH_SURW,
	SEARCH_SURW,
	SEARCH_SURW,
	SEARCH_POS,
	SEARCH_POS,
	SEARCH_RANDOM,
	SEARCH_RANDOM,
	SEARCH_PCT,
	SEARCH_DELAY,
	SEARCH_READS_FROM,
};

#define SAMPLERS (sizeof(samplers) / sizeof(samplers[0]))

static enum search_strategy choose(
	const struct portfolio *portfolio, uint64_t execution, struct random *random)
{
	if (portfolio->strategy != SEARCH_AUTO)
		return execution <= 1 ? SEARCH_SEQUENTIAL : portfolio->strategy;
	/* The first two of the openings in the other order. */
	if (portfolio->sequential_first && execution <= 2)
		execution = 3 - execution;
	if (execution <= OPENINGS)
		return openings[execution - 1];
	/* No other one is as good at most bugs. */
	if (execution % 2 && portfolio->frontier.count)
		return SEARCH_DRIVEN;
	/* What has brought nothing new yet may be what shows the bug. */
	if (random_below(random, 2))
		return samplers[random_below(random, SAMPLERS)];
	return draw_strategy(portfolio, random);
}

/* How an execution that reads-from orders do not decide is decided. */
static uint32_t base_of(struct random *random)
{
	static const uint32_t bases[] = {
		WIRE_STRATEGY_POS,
		WIRE_STRATEGY_POS,
		WIRE_STRATEGY_RANDOM,
		WIRE_STRATEGY_SEQUENTIAL,
	};

	return bases[random_below(random, sizeof(bases) / sizeof(bases[0]))];
}

static uint32_t trace_of(const struct portfolio *portfolio, uint64_t execution)
{
	uint64_t steps =
		portfolio->learned_count ? portfolio->step_sum / portfolio->learned_count : 0;

	if (steps > LONG_STEPS && execution > PLAIN_TRACES && execution % LONG_TRACE_EVERY)
		return 0;
	return execution <= PLAIN_TRACES || execution % PLAIN_TRACE_EVERY == 0 ? 2 : 1;
}

/* Nothing is known yet of what conflicts, nor whether there are calls of weft_check(). */
static void fill_first(const struct portfolio *portfolio, struct wire_request *request)
{
	request->eager = EAGER_ACCESSES;
	if (!portfolio->check)
		request->check = WIRE_CHECK_BEFORE;
}

/* Returns false when the strategy has nothing to do. */
static bool fill(struct portfolio *portfolio, enum search_strategy strategy, uint64_t round,
	struct random *random, struct wire_request *request)
{
	request->strategy = wire_strategies[strategy];
	switch (strategy) {
	case SEARCH_LOCKSTEP:
		request->variant = lockstep_variants[round % LOCKSTEP_VARIANTS];
		request->gather = portfolio->thread_count;
		if (!portfolio->learned_count)
			fill_first(portfolio, request);
		return true;
	case SEARCH_DRIVEN:
		request->gather = portfolio->thread_count;
		return frontier_take(&portfolio->frontier, request);
	case SEARCH_READS_FROM:
		request->base = base_of(random);
		return reads_from_pursue(&portfolio->reads_from, random, request);
	case SEARCH_SURW:
		weights_request(&portfolio->weights, random, request);
		return true;
	case SEARCH_PCT:
		request->depth = PCT_DEPTH_MIN + (uint32_t)(round % PCT_DEPTHS);
		return true;
	case SEARCH_DELAY:
		request->depth = DELAYS_MIN + (uint32_t)(round % DELAYS);
		request->step_estimate = portfolio->choice_estimate;
		return true;
	default:
		return true;
	}
}

void portfolio_request(
	struct portfolio *portfolio, uint64_t execution, struct wire_request *request)
{
	struct random random;
	enum search_strategy strategy;

	*request = (struct wire_request){
		.execution = execution,
		.check = portfolio->check,
		/* Mixed first: else two campaigns had the same executions in another order. */
		.seed = hash_mix(hash_fold(hash_mix(portfolio->seed + 1), execution)),
		.step_estimate = portfolio->step_estimate,
		.trace = trace_of(portfolio, execution),
	};
	random_init(&random, hash_mix(request->seed));
	strategy = choose(portfolio, execution, &random);
	if (!fill(portfolio, strategy, portfolio->rounds[strategy]++, &random, request)) {
		strategy = SEARCH_POS;
		request->strategy = WIRE_STRATEGY_POS;
	}
	request->search = strategy;
}

/* ---- learning ---- */

static uint64_t estimate(uint64_t max, uint64_t sum, uint64_t count)
{
	uint64_t bound = ESTIMATE_OVER_MEAN * (sum / count) + 1;

	return max < bound ? max : bound;
}

/* How long executions are that end by themselves. */
static void learn_length(struct portfolio *portfolio, const struct wire_result *result)
{
	portfolio->learned_count++;
	portfolio->step_sum += result->steps;
	if (result->steps > portfolio->step_max)
		portfolio->step_max = result->steps;
	portfolio->choice_sum += result->decisions;
	if (result->decisions > portfolio->choice_max)
		portfolio->choice_max = result->decisions;
	portfolio->step_estimate =
		estimate(portfolio->step_max, portfolio->step_sum, portfolio->learned_count);
	portfolio->choice_estimate = estimate(
		portfolio->choice_max, portfolio->choice_sum, portfolio->learned_count);
}

static void learn_yield(struct portfolio *portfolio, uint32_t strategy, double gain)
{
	struct yield *yield = &portfolio->yields[strategy % SEARCH_STRATEGY_COUNT];
	double kept = 1 - 1 / YIELD_HALF_LIFE;

	yield->taken = yield->taken * kept + 1;
	yield->gained = yield->gained * kept + gain;
}

int portfolio_learn(struct portfolio *portfolio, const struct wire_request *request,
	const struct server_outcome *outcome, const struct points *points)
{
	const struct history_code code = {
		.points = points,
		.asserted = portfolio->assertions ? &portfolio->assertions->reads : NULL,
	};
	struct history history;
	int is_new = value_set_add(&portfolio->behaviours, outcome->result.behaviour);
	struct rf_news news;
	int r;

	if (is_new < 0)
		return is_new;
	if (!portfolio->thread_count)
		portfolio->thread_count = outcome->result.threads_created;
	if (server_outcome_is_typical(outcome))
		learn_length(portfolio, &outcome->result);
	if (!outcome->step_count) {
		learn_yield(portfolio, request->search, is_new);
		return 0;
	}
	r = history_build(outcome->steps, outcome->step_count, &code, &history);
	if (r < 0)
		return r;
	r = reads_from_note(&portfolio->reads_from, &history, &news);
	if (r == 0 && (!portfolio->weights.place_count || request->trace > 1))
		weights_note(&portfolio->weights, &history);
	learn_yield(
		portfolio, request->search, is_new + PAIR_WORTH * (news.pairs + news.details));
	if (r == 0)
		r = frontier_add(&portfolio->frontier, &history, request, outcome->result.hash,
			is_new + news.pairs + news.details);
	history_release(&history);
	return r;
}
