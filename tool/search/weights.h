/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many operations each thread does at each shared place, for the selectively uniform random
 * walk (runtime/strategy/surw.c): from the trace of an execution that went by.
 */
#ifndef WEFT_TOOL_SEARCH_WEIGHTS_H
#define WEFT_TOOL_SEARCH_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/random.h"
#include "common/wire.h"
#include "tool/search/history.h"

#define WEIGHTS_PLACES_MAX 64

struct weights {
	uint64_t threads[WIRE_WEIGHTS_MAX]; /* path hashes; parents before their children */
	uint32_t parents[WIRE_WEIGHTS_MAX]; /* index or WIRE_NONE */
	size_t thread_count;
	uint64_t places[WEIGHTS_PLACES_MAX];
	uint32_t counts[WEIGHTS_PLACES_MAX][WIRE_WEIGHTS_MAX];
	uint32_t others[WEIGHTS_PLACES_MAX]; /* operations of all other threads together */
	uint32_t other_threads;
	size_t place_count;
};

void weights_note(struct weights *weights, const struct history *history);

/* Draws a place, or all of them together, and fills in the threads' counts there. */
void weights_request(
	const struct weights *weights, struct random *random, struct wire_request *request);

#endif
