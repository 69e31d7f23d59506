/* SPDX-License-Identifier: Apache-2.0 */
/* Counting occurrences and appending steps; see trace.h. */
#include "runtime/core/trace.h"

#include "common/hash.h"
#include "runtime/core/object.h"

#define SLOTS_INITIAL 512u

void trace_begin(
	struct trace *trace, struct arena *arena, struct wire_area *area, void *area_start)
{
	trace->on = true;
	trace->arena = arena;
	trace->slot_mask = SLOTS_INITIAL - 1;
	trace->slots = arena_alloc(arena, SLOTS_INITIAL * sizeof(trace->slots[0]));
	if (!area)
		return;
	trace->steps = area_start;
	trace->capacity = (uint32_t)(area->capacity / sizeof(struct wire_step));
	trace->length = &area->length;
}

static struct occurrence_slot *slot_of(
	struct occurrence_slot *slots, uint32_t mask, uint64_t key)
{
	uint32_t i = (uint32_t)key & mask;

	while (slots[i].key && slots[i].key != key)
		i = (i + 1) & mask;
	return &slots[i];
}

static void grow(struct trace *trace)
{
	uint32_t mask = trace->slot_mask * 2 + 1;
	struct occurrence_slot *slots =
		arena_alloc(trace->arena, (mask + 1) * sizeof(slots[0]));

	for (uint32_t i = 0; i <= trace->slot_mask; i++)
		if (trace->slots[i].key)
			*slot_of(slots, mask, trace->slots[i].key) = trace->slots[i];
	trace->slots = slots;
	trace->slot_mask = mask;
}

uint32_t trace_occurrence(struct trace *trace, const struct thread *thread, uint64_t pc)
{
	uint64_t key = hash_mix(hash_fold(thread->path_hash, pc)) | 1;
	struct occurrence_slot *slot = slot_of(trace->slots, trace->slot_mask, key);

	if (!slot->key) {
		if (++trace->slot_count * 2 > trace->slot_mask) {
			grow(trace);
			slot = slot_of(trace->slots, trace->slot_mask, key);
		}
		slot->key = key;
	}
	return (uint32_t)++slot->count;
}

static bool is_kept(uint32_t occurrence)
{
	return occurrence <= TRACE_OCCURRENCES || (occurrence & (occurrence - 1)) == 0;
}

static uint64_t place_of(const struct operation *op, uint32_t flags)
{
	if (op->kind == OP_COND_WAIT && (flags & WIRE_STEP_RESUMED))
		return op->retaken->address;
	return op->object ? op->object->address : op->address;
}

void trace_step(struct trace *trace, const struct thread *thread, uint32_t flags)
{
	const struct operation *op = &thread->op;
	uint64_t count = *trace->length / sizeof(struct wire_step);

	if (!is_kept(op->occurrence) || count >= trace->capacity)
		return;
	trace->steps[count] = (struct wire_step){
		.pc = op->pc,
		.place = place_of(op, flags),
		.thread = thread->path_hash,
		.occurrence = op->occurrence,
		.number = thread->id,
		.size = op->size,
		.op = op->kind,
		.flags = (uint16_t)flags,
	};
	*trace->length += sizeof(struct wire_step);
}
