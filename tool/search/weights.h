/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many operations each thread does at each shared place, for the selectively uniform random
 * walk (runtime/strategy/surw.c): from the trace of an execution that went by. A place is known
 * by the code that uses it, for addresses differ between executions.
 */
#ifndef WEFT_TOOL_SEARCH_WEIGHTS_H
#define WEFT_TOOL_SEARCH_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

#include "common/random.h"
#include "common/wire.h"
#include "tool/search/history.h"

#define WEIGHTS_PLACES_MAX 64
#define WEIGHTS_CODES_MAX 256

/* What is done by one instruction. */
struct weights_code {
	uint64_t pc;
	uint32_t counts[WIRE_WEIGHTS_MAX]; /* by thread */
	uint32_t others;		   /* operations of all other threads together */
};

struct weights_place {
	uint64_t address;
	uint32_t codes[WIRE_CODES_MAX]; /* indices */
	uint32_t code_count;
};

struct weights {
	uint64_t threads[WIRE_WEIGHTS_MAX]; /* path hashes; parents before their children */
	uint32_t parents[WIRE_WEIGHTS_MAX]; /* index or WIRE_NONE */
	size_t thread_count;
	uint32_t other_threads;
	struct weights_code codes[WEIGHTS_CODES_MAX];
	size_t code_count;
	struct weights_place places[WEIGHTS_PLACES_MAX]; /* by first use */
	size_t place_count;
};

void weights_note(struct weights *weights, const struct history *history);

/* Draws a place, or all of them together, and fills in the threads' counts there. */
void weights_request(
	const struct weights *weights, struct random *random, struct wire_request *request);

#endif
