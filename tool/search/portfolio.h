/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which strategy and seed each execution of a campaign gets: a function of the campaign's seed,
 * the execution's number and what earlier batches told, never of time or of the number of
 * workers.
 */
#ifndef WEFT_TOOL_SEARCH_PORTFOLIO_H
#define WEFT_TOOL_SEARCH_PORTFOLIO_H

#include <stdint.h>

#include "common/wire.h"

/* STRATEGY(symbol, name on the command line and in reports): what --strategy takes. */
#define SEARCH_STRATEGIES(STRATEGY)          \
	STRATEGY(AUTO, "auto") /* a portfolio */ \
	STRATEGY(SEQUENTIAL, "sequential")       \
	STRATEGY(RANDOM, "random")               \
	STRATEGY(PCT, "pct")                     \
	STRATEGY(POS, "pos")

/* The first execution is sequential with each of them. */
enum search_strategy {
#define STRATEGY(symbol, name) SEARCH_##symbol,
	SEARCH_STRATEGIES(STRATEGY)
#undef STRATEGY
		SEARCH_STRATEGY_COUNT
};

const char *search_strategy_name(enum search_strategy strategy);
int search_strategy_from_name(const char *name); /* -1: there is none */

struct portfolio {
	enum search_strategy strategy;
	uint64_t seed;
	uint64_t step_estimate; /* of one execution; kept by portfolio_learn */
	uint64_t step_max;
	uint64_t step_sum;
	uint64_t learned_count;
};

void portfolio_init(struct portfolio *portfolio, enum search_strategy strategy, uint64_t seed);

/* Fills the request for the execution of that number (from 1). */
void portfolio_request(
	const struct portfolio *portfolio, uint64_t execution, struct wire_request *request);

/* Takes note of how long an execution was that ended by itself; in the order of executions. */
void portfolio_learn(struct portfolio *portfolio, uint64_t steps);

#endif
