/* SPDX-License-Identifier: Apache-2.0 */
/* Signals, posts and wakes of one object, by thread; see wakers.h. */
#include "tool/analysis/wakers.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/op.h"

static bool may_wake(const struct wire_event *event)
{
	switch (event->op) {
	case OP_COND_SIGNAL:
	case OP_COND_BROADCAST:
	case OP_SEM_POST:
	case OP_FUTEX_WAKE:
		return event->decision == WIRE_DECISION_NONE;
	default:
		return false;
	}
}

const char *waker_verb(uint32_t kind)
{
	switch (kind) {
	case WIRE_OBJECT_COND:
		return "signalled";
	case WIRE_OBJECT_SEM:
		return "posted";
	case WIRE_OBJECT_FUTEX:
		return "woken";
	default:
		return NULL;
	}
}

int wakers_find(const struct recording *recording, uint32_t object, struct waker **ret_wakers)
{
	struct waker *wakers;
	int count = 0;

	if (!waker_verb(recording->objects[object].kind)) {
		*ret_wakers = NULL;
		return 0;
	}
	wakers = calloc(recording->thread_count + 1, sizeof(*wakers));
	if (!wakers)
		return -ENOMEM;
	for (uint32_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		if (event->object != object || !may_wake(event) || event->thread == WIRE_NONE)
			continue;
		wakers[event->thread].count++;
		wakers[event->thread].event = i;
	}
	for (uint32_t i = 0; i < recording->thread_count; i++) {
		if (!wakers[i].count)
			continue;
		wakers[count] = wakers[i];
		wakers[count++].thread = i;
	}
	*ret_wakers = wakers;
	return count;
}
