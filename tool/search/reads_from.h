/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which write each read has seen, over all executions, by their code (Wolff, Shi, Duck, Mathur,
 * Roychoudhury: "Greybox fuzzing for concurrency testing", ASPLOS 2024). A pair that was never
 * seen, or rarely, is pursued by an order, the write before the read; another strategy decides
 * the rest.
 */
#ifndef WEFT_TOOL_SEARCH_READS_FROM_H
#define WEFT_TOOL_SEARCH_READS_FROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/random.h"
#include "common/wire.h"
#include "tool/search/history.h"
#include "tool/search/value_set.h"

/* A write and a read at one place, as they stood in some execution. */
struct rf_pair {
	uint64_t key;		     /* over their code */
	struct wire_step_name write; /* thread 0: the initial value */
	struct wire_step_name read;
	uint32_t seen;	  /* executions in which the read saw the write */
	uint32_t pursued; /* executions */
	uint32_t details; /* different counts of the two */
};

#define RF_PAIRS_MAX 8192

/* All zeros is an empty one. */
struct reads_from {
	struct rf_pair *pairs;
	size_t count;
	uint32_t *slots; /* index + 1 by key, open addressing */
	struct value_set details;
};

/* What an execution showed for the first time. */
struct rf_news {
	unsigned int pairs;
	/* Pairs whose code was seen, but not so often done before; the k'th of them as 1/k. */
	double details;
};

/* Returns 0 or -ENOMEM. */
int reads_from_note(
	struct reads_from *reads_from, const struct history *history, struct rf_news *ret_news);

/* Orders for a rare pair; false when none is known. */
bool reads_from_pursue(
	struct reads_from *reads_from, struct random *random, struct wire_request *request);

void reads_from_release(struct reads_from *reads_from);

#endif
