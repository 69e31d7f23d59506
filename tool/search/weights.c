/* SPDX-License-Identifier: Apache-2.0 */
/* Counting and drawing; see weights.h. */
#include "tool/search/weights.h"

/* One in so many executions weighs all places together. */
#define ALL_PLACES_ODDS 4

static size_t place_index(struct weights *weights, uint64_t place)
{
	size_t i = 0;

	while (i < weights->place_count && weights->places[i] != place)
		i++;
	if (i == weights->place_count && i < WEIGHTS_PLACES_MAX)
		weights->places[weights->place_count++] = place;
	return i;
}

void weights_note(struct weights *weights, const struct history *history)
{
	size_t threads = history->thread_count;

	*weights = (struct weights){ .place_count = 0 };
	weights->thread_count = threads < WIRE_WEIGHTS_MAX ? threads : WIRE_WEIGHTS_MAX;
	weights->other_threads = (uint32_t)(threads - weights->thread_count);
	for (size_t i = 0; i < weights->thread_count; i++) {
		weights->threads[i] = history->threads[i];
		weights->parents[i] = history->parents[i];
	}
	for (size_t i = 0; i < history->count; i++) {
		const struct history_event *event = &history->events[i];
		size_t place = place_index(weights, event->step.place);

		if (place == WEIGHTS_PLACES_MAX)
			continue;
		if (event->thread < WIRE_WEIGHTS_MAX)
			weights->counts[place][event->thread]++;
		else
			weights->others[place]++;
	}
}

static void add_place(const struct weights *weights, size_t place, struct wire_request *request)
{
	for (size_t i = 0; i < weights->thread_count; i++)
		request->surw_weights[i].count += weights->counts[place][i];
	if (weights->other_threads)
		request->surw_weight_others += weights->others[place] / weights->other_threads;
}

void weights_request(
	const struct weights *weights, struct random *random, struct wire_request *request)
{
	size_t chosen;

	request->surw_weight_count = (uint32_t)weights->thread_count;
	for (size_t i = 0; i < weights->thread_count; i++)
		request->surw_weights[i] = (struct wire_weight){
			.thread = weights->threads[i],
			.parent = weights->parents[i],
		};
	if (!weights->place_count)
		return;
	if (random_below(random, ALL_PLACES_ODDS)) {
		chosen = random_below(random, (uint32_t)weights->place_count);
		request->surw_place = weights->places[chosen];
		add_place(weights, chosen, request);
		return;
	}
	for (size_t i = 0; i < weights->place_count; i++)
		add_place(weights, i, request);
}
