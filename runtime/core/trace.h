/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trace of an execution: which thread carried out which operation, in the order in which
 * that happened, for the tool to see what could come in another order. Unlike the record
 * (runtime/record) it has no stacks and no values, and is kept of ordinary executions.
 *
 * A step is named by its thread's creation path, its code address and how often that thread has
 * come by there: that name means the same in other executions. Steps that come again and again
 * are thinned out, lest a loop fills the trace.
 */
#ifndef WEFT_RUNTIME_CORE_TRACE_H
#define WEFT_RUNTIME_CORE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"
#include "runtime/core/arena.h"
#include "runtime/core/thread.h"

/* Of each (thread, code address): the first ones, and then only at powers of two. */
#define TRACE_OCCURRENCES 48u

struct occurrence_slot {
	uint64_t key; /* 0: free */
	uint64_t count;
};

struct trace {
	bool on; /* occurrences are counted */
	struct arena *arena;
	struct wire_step *steps; /* NULL: none are kept */
	uint32_t capacity;
	uint64_t *length; /* bytes in use, as the tool reads it */
	struct occurrence_slot *slots;
	uint32_t slot_mask;
	uint32_t slot_count;
};

/* `area` may be NULL: then steps are only counted. */
void trace_begin(
	struct trace *trace, struct arena *arena, struct wire_area *area, void *area_start);

/* The how-manieth time (1-based) the thread comes to that code address. */
uint32_t trace_occurrence(struct trace *trace, const struct thread *thread, uint64_t pc);

/* The thread goes on with the operation it is at: op.occurrence is filled in. */
void trace_step(struct trace *trace, const struct thread *thread, uint32_t flags);

#endif
