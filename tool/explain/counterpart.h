/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same act in two executions: of the same thread, at the same place, the how-manieth there.
 */
#ifndef WEFT_TOOL_EXPLAIN_COUNTERPART_H
#define WEFT_TOOL_EXPLAIN_COUNTERPART_H

#include "tool/analysis/pc_map.h"
#include "tool/explain/acts.h"

struct act_index {
	const struct acts *acts;
	struct pc_map counts;
	struct pc_map places;
};

/* Borrows the acts. Without memory it is incomplete. Release it. */
void act_index_fill(struct act_index *index, const struct acts *acts);
void act_index_release(struct act_index *index);

/* The act in `other` that is the same as `act`, or WIRE_NONE. */
uint32_t counterpart_of(const struct acts *acts, uint32_t act, const struct act_index *other);

/* The thread of the other execution with that one's creation path, or WIRE_NONE. */
uint32_t counterpart_thread(const struct acts *acts, uint32_t thread, const struct acts *other);

#endif
