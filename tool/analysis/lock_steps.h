/* SPDX-License-Identifier: Apache-2.0 */
/* Locks that a recorded execution took while holding others; for lock_order.c. */
#ifndef WEFT_TOOL_ANALYSIS_LOCK_STEPS_H
#define WEFT_TOOL_ANALYSIS_LOCK_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/trace/recording.h"

/* A lock in a mode. After its memory was initialised or destroyed it is another lock. */
struct lock_use {
	uint32_t object;
	uint32_t generation;
	bool shared; /* by readers */
};

/* `thread` took `to` while it held `from`. */
struct lock_order_step {
	struct lock_use from;
	struct lock_use to;
	uint32_t thread;
	uint32_t held;	 /* event by which it took `from` */
	uint32_t wanted; /* event by which it took `to` */
	uint64_t held_pc;
	uint64_t wanted_pc;
	uint32_t clock; /* index in clocks */
	uint32_t gates; /* first of all that it held, in gates */
	uint32_t gate_count;
};

struct lock_steps {
	struct lock_order_step *list;
	size_t count;
	struct lock_use *gates;
	size_t gate_count;
	/*
	 * What a thread can know of others by creation, joins and barriers alone: vectors of
	 * `thread_count` numbers each.
	 */
	uint32_t *clocks;
	size_t clock_count;
	uint32_t thread_count;
};

/* Returns 0 or -ENOMEM; release it in either case. */
int lock_steps_find(const struct recording *recording, struct lock_steps *steps);
void lock_steps_release(struct lock_steps *steps);

/* Whether both can be waited in at the same time: by different threads, neither before the
 * other, under no common lock. */
bool lock_steps_together(const struct lock_steps *steps, const struct lock_order_step *a,
	const struct lock_order_step *b);

/* Whether what `a` wants is what `b` holds, in a mode that keeps `a` out. */
bool lock_steps_block(const struct lock_order_step *a, const struct lock_order_step *b);

#endif
