/* SPDX-License-Identifier: Apache-2.0 */
/* Counting reads-from pairs and choosing one to pursue; see reads_from.h. */
#include "tool/search/reads_from.h"

#include <errno.h>
#include <stdlib.h>

#include "common/hash.h"

#define SLOT_COUNT (RF_PAIRS_MAX * 4)
/* Later operations at the same place that a write is paired with. */
#define PAIRED_MAX 8
/* Of so many pairs drawn, the rarest is pursued. */
#define DRAWN 4

static uint64_t key_of(const struct history_event *write, const struct history_event *read)
{
	uint64_t hash = write ? hash_fold(write->step.code, write->thread == read->thread) : 1;

	return hash_mix(hash_fold(hash, read->step.code)) | 1;
}

/* The same, and how often each of the two had been done. */
static uint64_t detail_of(const struct history_event *write, const struct history_event *read)
{
	uint64_t hash = hash_fold(key_of(write, read), write ? write->step.occurrence : 0);

	return hash_fold(hash, read->step.occurrence);
}

/* NULL when there is no room for one more. */
static struct rf_pair *pair_of(struct reads_from *reads_from, uint64_t key)
{
	size_t i = (size_t)key % SLOT_COUNT;

	for (; reads_from->slots[i]; i = (i + 1) % SLOT_COUNT)
		if (reads_from->pairs[reads_from->slots[i] - 1].key == key)
			return &reads_from->pairs[reads_from->slots[i] - 1];
	if (reads_from->count == RF_PAIRS_MAX)
		return NULL;
	reads_from->pairs[reads_from->count] = (struct rf_pair){ .key = key };
	reads_from->slots[i] = (uint32_t)++reads_from->count;
	return &reads_from->pairs[reads_from->count - 1];
}

/* How the pair could be had: told of the latest execution in which both were there. */
static void describe(struct rf_pair *pair, const struct history_event *write,
	const struct history_event *read)
{
	pair->write = write ? history_name(write) : (struct wire_step_name){ .thread = 0 };
	pair->read = history_name(read);
}

/* What the read `b` could see if it came earlier or later than it did. */
static void note_possible(
	struct reads_from *reads_from, const struct history *history, uint32_t a)
{
	const struct history_event *first = &history->events[a];
	int seen = 0;

	for (uint32_t b = first->next_at_place; b != WIRE_NONE && seen < PAIRED_MAX;
		b = history->events[b].next_at_place) {
		const struct history_event *second = &history->events[b];
		struct rf_pair *pair = NULL;

		if (!history_reversible(history, a, b))
			continue;
		seen++;
		if (history_writes(first) && history_reads(second))
			pair = pair_of(reads_from, key_of(first, second));
		if (pair && !pair->seen)
			describe(pair, first, second);
		pair = NULL;
		if (history_reads(first) && history_writes(second))
			pair = pair_of(reads_from, key_of(second, first));
		if (pair && !pair->seen)
			describe(pair, second, first);
	}
}

/* What the read `b` saw. `last` is the write before it. Returns 0 or -ENOMEM. */
static int note_seen(struct reads_from *reads_from, const struct history_event *last,
	const struct history_event *read, struct rf_news *news)
{
	struct rf_pair *pair = pair_of(reads_from, key_of(last, read));
	int r;

	if (!pair)
		return 0;
	if (!pair->seen)
		describe(pair, last, read);
	news->pairs += pair->seen++ == 0;
	r = value_set_add(&reads_from->details, detail_of(last, read));
	if (r > 0)
		news->details += 1.0 / ++pair->details;
	return r < 0 ? r : 0;
}

int reads_from_note(
	struct reads_from *reads_from, const struct history *history, struct rf_news *ret_news)
{
	const struct history_event **last;
	int r = 0;

	*ret_news = (struct rf_news){ .pairs = 0 };
	if (!reads_from->pairs) {
		reads_from->pairs = calloc(RF_PAIRS_MAX, sizeof(*reads_from->pairs));
		reads_from->slots = calloc(SLOT_COUNT, sizeof(*reads_from->slots));
	}
	last = calloc(history->count + 1, sizeof(*last));
	if (!last || !reads_from->pairs || !reads_from->slots) {
		free(last);
		return -ENOMEM;
	}
	for (uint32_t i = 0; i < history->count && r == 0; i++) {
		const struct history_event *event = &history->events[i];
		uint32_t next = event->next_at_place;

		if (history_reads(event))
			r = note_seen(reads_from, last[i], event, ret_news);
		if (next != WIRE_NONE)
			last[next] = history_writes(event) ? event : last[i];
	}
	for (uint32_t i = 0; i < history->count; i++)
		note_possible(reads_from, history, i);
	free(last);
	return r;
}

static uint64_t rarity(const struct rf_pair *pair)
{
	return (uint64_t)pair->seen + 2 * (uint64_t)pair->pursued;
}

bool reads_from_pursue(
	struct reads_from *reads_from, struct random *random, struct wire_request *request)
{
	struct rf_pair *rarest = NULL;

	for (int i = 0; reads_from->count && i < DRAWN; i++) {
		struct rf_pair *pair =
			&reads_from->pairs[random_below(random, (uint32_t)reads_from->count)];

		if (pair->write.thread && (!rarest || rarity(pair) < rarity(rarest)))
			rarest = pair;
	}
	if (!rarest)
		return false;
	rarest->pursued++;
	request->orders[0] = (struct wire_order){
		.first = rarest->write,
		.second = rarest->read,
		.kind = random_below(random, 2) ? WIRE_ORDER_AT_ONCE : WIRE_ORDER_BEFORE,
	};
	request->order_count = 1;
	return true;
}

void reads_from_release(struct reads_from *reads_from)
{
	free(reads_from->pairs);
	free(reads_from->slots);
	value_set_release(&reads_from->details);
	*reads_from = (struct reads_from){ .pairs = NULL };
}
