/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which strategy and seed each execution of a campaign gets: a function of the campaign's seed,
 * the execution's number and what earlier batches told, never of time or of the number of
 * workers.
 *
 * `auto` begins with the few executions that show most bugs: in lockstep, with every access a
 * scheduling point; without preemption; driven to what these two did not show. Then it shares
 * its executions out among strategies by how much new each of them has lately brought to light.
 */
#ifndef WEFT_TOOL_SEARCH_PORTFOLIO_H
#define WEFT_TOOL_SEARCH_PORTFOLIO_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/launch/server.h"
#include "tool/search/assertions.h"
#include "tool/search/frontier.h"
#include "tool/search/points.h"
#include "tool/search/reads_from.h"
#include "tool/search/value_set.h"
#include "tool/search/weights.h"

/* STRATEGY(symbol, name on the command line and in reports): what --strategy takes. */
#define SEARCH_STRATEGIES(STRATEGY)               \
	STRATEGY(AUTO, "auto") /* all of these */ \
	STRATEGY(SEQUENTIAL, "sequential")        \
	STRATEGY(LOCKSTEP, "lockstep")            \
	STRATEGY(DRIVEN, "driven")                \
	STRATEGY(READS_FROM, "reads-from")        \
	STRATEGY(POS, "pos")                      \
	STRATEGY(SURW, "surw")                    \
	STRATEGY(PCT, "pct")                      \
	STRATEGY(RANDOM, "random")                \
	STRATEGY(DELAY, "delay")

/* The first execution is sequential with each of them but AUTO. */
enum search_strategy {
#define STRATEGY(symbol, name) SEARCH_##symbol,
	SEARCH_STRATEGIES(STRATEGY)
#undef STRATEGY
		SEARCH_STRATEGY_COUNT
};

const char *search_strategy_name(enum search_strategy strategy);
int search_strategy_from_name(const char *name); /* -1: there is none */

/* How a strategy has done, with what is long ago counting less. */
struct yield {
	double taken;
	double gained;
};

struct portfolio {
	enum search_strategy strategy;
	uint64_t seed;
	struct assertions *assertions; /* borrowed; NULL: none are known */
	bool sequential_first;	  /* whatever the strategy, for others are compared with it */
	uint32_t check;		  /* which call of weft_check() is explored; 0: everything */
	uint64_t step_estimate;	  /* of one execution; kept by portfolio_learn */
	uint64_t choice_estimate; /* the same of choices among several threads */
	uint64_t step_max;
	uint64_t step_sum;
	uint64_t choice_max;
	uint64_t choice_sum;
	uint64_t learned_count;
	uint32_t thread_count;			/* of the first execution */
	uint64_t rounds[SEARCH_STRATEGY_COUNT]; /* how often each had its turn */
	struct yield yields[SEARCH_STRATEGY_COUNT];
	struct frontier frontier;
	struct reads_from reads_from;
	struct weights weights;
	struct value_set behaviours;
};

void portfolio_init(struct portfolio *portfolio, enum search_strategy strategy, uint64_t seed);
void portfolio_release(struct portfolio *portfolio);

/* Fills the request for the execution of that number (from 1); in the order of numbers. */
void portfolio_request(
	struct portfolio *portfolio, uint64_t execution, struct wire_request *request);

/*
 * Takes note of an execution, in the order of numbers. `points` are those that the next ones
 * will have. Returns 0 or -ENOMEM.
 */
int portfolio_learn(struct portfolio *portfolio, const struct wire_request *request,
	const struct server_outcome *outcome, const struct points *points);

#endif
