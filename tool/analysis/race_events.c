/* SPDX-License-Identifier: Apache-2.0 */
/* The accesses of a race among the events of a recording; see race.h. */
#include <errno.h>
#include <stdlib.h>

#include "tool/analysis/race.h"

/* One of the two threads, as the events go by. */
struct progress {
	uint32_t thread;
	uint32_t operation; /* event of the one it is at, or WIRE_NONE */
	bool away;	    /* preempted in front of it */
};

static bool chooses(const struct wire_event *event)
{
	return event->decision == WIRE_DECISION_PREEMPT ||
	       event->decision == WIRE_DECISION_NEXT ||
	       event->decision == WIRE_DECISION_TIMEOUT;
}

static void follow(struct progress *progress, const struct recording *recording, uint32_t i,
	uint32_t *done)
{
	const struct wire_event *event = &recording->events[i];

	if (event->thread == progress->thread && event->decision == WIRE_DECISION_NONE) {
		progress->operation = i;
		progress->away = false;
		done[i] = i;
	} else if (event->thread == progress->thread &&
		   event->decision == WIRE_DECISION_PREEMPT &&
		   event->chosen != progress->thread && progress->operation != WIRE_NONE) {
		progress->away = true;
		done[progress->operation] = WIRE_NONE;
	} else if (chooses(event) && event->chosen == progress->thread && progress->away) {
		progress->away = false;
		done[i] = progress->operation;
	}
}

static int find(const struct recording *recording, const struct wire_race *race,
	const uint32_t *done, struct race_events *ret_events)
{
	uint32_t earlier = WIRE_NONE;

	for (uint32_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event;

		if (done[i] == WIRE_NONE)
			continue;
		event = &recording->events[done[i]];
		if (earlier != WIRE_NONE && race_is_access(event, &race->later)) {
			*ret_events = (struct race_events){ earlier, done[i], i };
			return 1;
		}
		if (race_is_access(event, &race->earlier))
			earlier = done[i];
	}
	return 0;
}

int race_events_find(const struct recording *recording, const struct wire_race *race,
	struct race_events *ret_events)
{
	struct progress earlier = { race->earlier.thread, WIRE_NONE, false };
	struct progress later = { race->later.thread, WIRE_NONE, false };
	uint32_t *done = malloc((recording->event_count + 1) * sizeof(*done));
	int r;

	if (!done)
		return -ENOMEM;
	for (uint32_t i = 0; i < recording->event_count; i++) {
		done[i] = WIRE_NONE;
		follow(&earlier, recording, i, done);
		follow(&later, recording, i, done);
	}
	r = find(recording, race, done, ret_events);
	free(done);
	return r;
}
