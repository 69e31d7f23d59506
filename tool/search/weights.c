/* SPDX-License-Identifier: Apache-2.0 */
/* Counting and drawing; see weights.h. */
#include "tool/search/weights.h"

/* One in so many executions weighs all places together. */
#define ALL_PLACES_ODDS 4

/* WEIGHTS_CODES_MAX when there is no room for it. */
static uint32_t code_index(struct weights *weights, uint64_t pc)
{
	uint32_t i = 0;

	while (i < weights->code_count && weights->codes[i].pc != pc)
		i++;
	if (i == weights->code_count && i < WEIGHTS_CODES_MAX)
		weights->codes[weights->code_count++].pc = pc;
	return i;
}

/* NULL when there is no room for it. */
static struct weights_place *place_at(struct weights *weights, uint64_t address)
{
	size_t i = 0;

	while (i < weights->place_count && weights->places[i].address != address)
		i++;
	if (i == WEIGHTS_PLACES_MAX)
		return NULL;
	if (i == weights->place_count)
		weights->places[weights->place_count++].address = address;
	return &weights->places[i];
}

static void add_code(struct weights_place *place, uint32_t code)
{
	for (uint32_t i = 0; i < place->code_count; i++)
		if (place->codes[i] == code)
			return;
	if (place->code_count < WIRE_CODES_MAX)
		place->codes[place->code_count++] = code;
}

static void note_threads(struct weights *weights, const struct history *history)
{
	size_t threads = history->thread_count;

	weights->thread_count = threads < WIRE_WEIGHTS_MAX ? threads : WIRE_WEIGHTS_MAX;
	weights->other_threads = (uint32_t)(threads - weights->thread_count);
	for (size_t i = 0; i < weights->thread_count; i++) {
		weights->threads[i] = history->threads[i];
		weights->parents[i] = history->parents[i];
	}
}

void weights_note(struct weights *weights, const struct history *history)
{
	*weights = (struct weights){ .place_count = 0 };
	note_threads(weights, history);
	for (size_t i = 0; i < history->count; i++) {
		const struct history_event *event = &history->events[i];
		struct weights_place *place = place_at(weights, event->step.place);
		uint32_t code = code_index(weights, event->step.pc);

		/* The end of a wait is no scheduling point of its own. */
		if (event->step.occurrence & WIRE_OCCURRENCE_RESUMED)
			continue;
		if (code == WEIGHTS_CODES_MAX)
			continue;
		if (event->thread < WIRE_WEIGHTS_MAX)
			weights->codes[code].counts[event->thread]++;
		else
			weights->codes[code].others++;
		if (place)
			add_code(place, code);
	}
}

static void weigh(const struct weights *weights, uint32_t code, struct wire_request *request)
{
	const struct weights_code *counted = &weights->codes[code];

	for (size_t i = 0; i < weights->thread_count; i++)
		request->surw_weights[i].count += counted->counts[i];
	if (weights->other_threads)
		request->surw_weight_others += counted->others / weights->other_threads;
}

void weights_request(
	const struct weights *weights, struct random *random, struct wire_request *request)
{
	const struct weights_place *chosen;

	request->surw_weight_count = (uint32_t)weights->thread_count;
	for (size_t i = 0; i < weights->thread_count; i++)
		request->surw_weights[i] = (struct wire_weight){
			.thread = weights->threads[i],
			.parent = weights->parents[i],
		};
	if (!weights->place_count || !random_below(random, ALL_PLACES_ODDS)) {
		for (uint32_t i = 0; i < weights->code_count; i++)
			weigh(weights, i, request);
		return;
	}
	chosen = &weights->places[random_below(random, (uint32_t)weights->place_count)];
	request->surw_code_count = chosen->code_count;
	for (uint32_t i = 0; i < chosen->code_count; i++) {
		request->surw_codes[i] = weights->codes[chosen->codes[i]].pc;
		weigh(weights, chosen->codes[i], request);
	}
}
