/* SPDX-License-Identifier: Apache-2.0 */
/* A thread is its parent's n-th child, and the parent's n-th creation made it. */
#include "tool/analysis/thread_birth.h"

#include "common/op.h"

uint32_t thread_birth(const struct recording *recording, uint32_t thread)
{
	uint32_t parent, rank = 0;

	if (thread >= recording->thread_count)
		return WIRE_NONE;
	parent = recording->threads[thread].parent;
	if (parent == WIRE_NONE)
		return WIRE_NONE;
	for (uint32_t i = 0; i < thread; i++)
		rank += recording->threads[i].parent == parent;
	for (uint32_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		if (event->thread != parent || event->op != OP_THREAD_CREATE ||
			event->decision != WIRE_DECISION_NONE)
			continue;
		if (rank-- == 0)
			return i;
	}
	return WIRE_NONE;
}
