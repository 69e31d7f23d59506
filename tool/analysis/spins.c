/* SPDX-License-Identifier: Apache-2.0 */
/* The last observations of a thread; see spins.h. */
#include "tool/analysis/spins.h"

#include <errno.h>
#include <stdbool.h>

#include "common/op.h"

/* Events of the thread that are looked at: a loop that spins is shorter. */
#define LOOKED_AT 64

/* An operation that only looks, or that tried and left all as it was. */
static bool observes(const struct wire_event *event)
{
	switch (event->op) {
	case OP_READ:
	case OP_ATOMIC_LOAD:
	case OP_ATOMIC_CAS:
	case OP_ATOMIC_RMW:
		return event->address != 0;
	case OP_MUTEX_TRYLOCK:
	case OP_RWLOCK_TRYLOCK:
	case OP_SPIN_TRYLOCK:
	case OP_SEM_TRYWAIT:
	case OP_THREAD_TRYJOIN:
		return event->result != 0;
	case OP_SEM_GETVALUE:
		return true;
	default:
		return false;
	}
}

static bool is_known(const struct recording *recording, const uint32_t *events, size_t count,
	const struct wire_event *event)
{
	for (size_t i = 0; i < count; i++) {
		const struct wire_event *known = &recording->events[events[i]];

		if (known->pc == event->pc && known->address == event->address)
			return true;
	}
	return false;
}

size_t spins_of(const struct recording *recording, uint32_t thread, uint32_t events[SPINS_MAX])
{
	size_t count = 0;
	int seen = 0;

	for (size_t i = recording->event_count; i-- > 0 && seen < LOOKED_AT;) {
		const struct wire_event *event = &recording->events[i];

		if (event->thread != thread || event->decision != WIRE_DECISION_NONE)
			continue;
		seen++;
		if (!observes(event) || is_known(recording, events, count, event))
			continue;
		events[count++] = (uint32_t)i;
		if (count == SPINS_MAX)
			break;
	}
	return count;
}
