/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driven search: what could have come in another order in the executions so far, and which
 * of it to try next. A candidate is a list of orders (struct wire_order) that no execution was
 * driven to yet: those of the execution that it was seen in, and one more. The ones that are
 * likelier to show a bug come first: few orders; a thread that is stopped between two
 * operations at one place; code that was not tried yet. Ties are broken by the seed.
 */
#ifndef WEFT_TOOL_SEARCH_FRONTIER_H
#define WEFT_TOOL_SEARCH_FRONTIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/search/history.h"
#include "tool/search/value_set.h"

/* Candidates that are kept; the least promising ones are dropped. */
#define FRONTIER_MAX 4096
/* What is beyond these counts as one. */
#define FRONTIER_CLASSES_MAX 8192

struct candidate {
	struct wire_order orders[WIRE_ORDERS_MAX];
	uint32_t order_count;
	uint32_t productive; /* of the orders: they had brought something new */
	uint32_t base;	     /* decides the rest, enum wire_strategy */
	uint32_t variant;    /* of the base */
	uint32_t class;	     /* index: the code that its last order is about */
	double cost;	     /* the smaller the better, without what tried classes add */
};

/*
 * Of candidates about one piece of code: how many were taken. Of the code itself: how often a
 * thread did it, at most.
 */
struct class_count {
	uint64_t key;
	uint32_t count;
};

/* All zeros but for the seed is an empty one. */
struct frontier {
	uint64_t seed;
	struct candidate *candidates;
	size_t count;
	uint64_t made;		   /* since the beginning */
	struct value_set known;	   /* orders that are or were candidates */
	struct value_set outcomes; /* hashes of executions */
	struct value_set names;	   /* of all operations that were done */
	struct class_count *classes;
	uint32_t class_count;
	uint32_t *class_slots; /* index + 1 by key, open addressing */
};

/*
 * Takes in what could be reversed in an execution that was driven to `request`'s orders (none
 * for another strategy's); `news` says how much of what it did was new: 0 nothing, 1 or more a
 * lot. Returns 0 or -ENOMEM.
 */
int frontier_add(struct frontier *frontier, const struct history *history,
	const struct wire_request *request, uint64_t execution_hash, double news);

/* Takes the best candidate out, into the request. False when there is none. */
bool frontier_take(struct frontier *frontier, struct wire_request *request);

void frontier_release(struct frontier *frontier);

#endif
