/* SPDX-License-Identifier: Apache-2.0 */
/* Counts operations and questions as wire.h says; see decisions.h. */
#include "decisions.h"

#include <stdlib.h>
#include <string.h>

struct coordinates {
	uint32_t op;
	uint32_t location;
	uint32_t occurrence;
	uint32_t asked[WIRE_DECISION_COUNT];
};

static uint32_t location_of(uint64_t pc)
{
	const struct wire_location *locations;
	uint32_t count = machine_locations(&locations);

	for (uint32_t i = 0; i < count; i++)
		if (locations[i].start < pc && pc <= locations[i].end)
			return locations[i].location;
	fail_msg("an operation at no location");
	return WIRE_NONE;
}

/* How many operations of each kind each thread has come to at each location. */
struct counts {
	uint32_t at[MACHINE_THREADS_MAX][OP_KIND_COUNT][MACHINE_LOCATIONS];
	uint32_t anywhere[MACHINE_THREADS_MAX][OP_KIND_COUNT];
};

static bool about_threads(uint32_t kind)
{
	return kind == WIRE_DECISION_PREEMPT || kind == WIRE_DECISION_NEXT;
}

struct decisions decisions_of(const struct event_log *log, const uint64_t *paths, bool anywhere)
{
	struct coordinates at[MACHINE_THREADS_MAX] = { 0 };
	struct decisions decisions = { .items = calloc(
					       log->count, sizeof(struct wire_decision)) };

	struct counts *counts = calloc(1, sizeof(*counts));

	assert_non_null(decisions.items);
	assert_non_null(counts);
	for (uint32_t i = 0; i < log->count; i++) {
		const struct wire_event *event = &log->events[i];
		struct coordinates *c = &at[event->thread];
		struct wire_decision *d = &decisions.items[decisions.count];

		if (event->decision == WIRE_DECISION_NONE) {
			memset(c, 0, sizeof(*c));
			c->op = event->op;
			c->location = anywhere ? WIRE_NONE : location_of(event->pc);
			c->occurrence =
				anywhere ? ++counts->anywhere[event->thread][event->op]
					 : ++counts->at[event->thread][event->op][c->location];
			continue;
		}
		c->asked[event->decision]++;
		if (about_threads(event->decision) ? event->chosen == event->usual
						   : event->value == 0)
			continue;
		*d = (struct wire_decision){
			.thread = paths[event->thread],
			.value = about_threads(event->decision) ? paths[event->chosen]
								: event->value,
			.location = c->location,
			.occurrence = c->occurrence,
			.repetition = c->asked[event->decision],
			.op = (uint16_t)c->op,
			.kind = event->decision,
		};
		decisions.count++;
	}
	free(counts);
	return decisions;
}
