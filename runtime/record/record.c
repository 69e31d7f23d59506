/* SPDX-License-Identifier: Apache-2.0 */
/* Events and stacks into the shared region; see record.h. */
#include "runtime/record/record.h"

#include "common/bytes.h"
#include "common/hash.h"

/* Stack bytes kept with each event: enough for a dozen frames or two. */
#define EVENT_STACK_LIMIT 8192u
/* What events may fill of the area; the rest is for how the threads stand at the end. */
#define EVENT_STACKS_SHARE(capacity) ((capacity) / 4 * 3)
#define KEPT_STACKS 16384u
/* Below and above these no word is an address of user space. */
#define ADDRESS_MIN UINT64_C(0x10000)
#define ADDRESS_MAX UINT64_C(0x800000000000)

struct region_recorder {
	struct recorder recorder;
	struct wire_region *region;
	const struct carrier_ops *carrier;
};

static struct region_recorder region_recorder;

/*
 * Stacks that were kept: a loop comes by with the same one again and again. By a hash over all
 * words that may be addresses, which decide alone how a stack is unwound; what falls on the
 * same slot is forgotten.
 */
static struct {
	uint64_t hash; /* 0: none */
	uint32_t offset;
} kept_stacks[KEPT_STACKS];

static uint64_t fold_address(uint64_t hash, uint64_t word)
{
	return word < ADDRESS_MIN || word >= ADDRESS_MAX ? hash_fold(hash, 0)
							 : hash_fold(hash, word);
}

static uint64_t hash_stack(const struct wire_stack *stack)
{
	const uint64_t *words = (const uint64_t *)(const void *)stack->bytes;
	uint64_t hash = hash_fold(hash_fold(stack->thread + 1, stack->sp), stack->pc);

	hash = fold_address(hash, stack->rbp);
	for (uint32_t i = 0; i < stack->size / sizeof(*words); i++)
		hash = fold_address(hash, words[i]);
	return hash ? hash : 1;
}

/* The stack at `offset` is the last one: takes it back if it was kept before. */
static uint32_t keep_once(struct wire_area *stacks, uint32_t offset, const void *area)
{
	uint64_t hash = hash_stack(
		(const struct wire_stack *)(const void *)((const char *)area + offset));
	uint32_t slot = (uint32_t)(hash % KEPT_STACKS);

	if (kept_stacks[slot].hash == hash) {
		stacks->length = offset;
		return kept_stacks[slot].offset;
	}
	kept_stacks[slot].hash = hash;
	kept_stacks[slot].offset = offset;
	return offset;
}

void *record_reserve(struct wire_region *region, enum wire_area_id id, size_t size)
{
	struct wire_area *area = &region->areas[id];
	char *memory;

	if (size > area->capacity - area->length) {
		area->overflowed = 1;
		region->result.limits |= WIRE_LIMIT_RECORD_FULL;
		return NULL;
	}
	memory = (char *)wire_area_at(region, id) + area->length;
	area->length += size;
	return memory;
}

static uint32_t record_event(struct recorder *recorder, const struct wire_event *event)
{
	struct wire_region *region = ((struct region_recorder *)recorder)->region;
	struct wire_event *place;

	record_settle();
	if (event->decision == WIRE_DECISION_NONE)
		record_changes(event->thread);
	place = record_reserve(region, WIRE_AREA_EVENTS, sizeof(*event));
	if (!place)
		return WIRE_NONE;
	*place = *event;
	return (uint32_t)(place - (struct wire_event *)wire_area_at(region, WIRE_AREA_EVENTS));
}

static void record_result(struct recorder *recorder, uint32_t index, int32_t result)
{
	struct wire_region *region = ((struct region_recorder *)recorder)->region;
	struct wire_event *events = wire_area_at(region, WIRE_AREA_EVENTS);

	events[index].result = result;
}

uint32_t record_stack(struct wire_region *region, thread_id thread,
	const struct context *context, const struct stack_part *part)
{
	const struct wire_area *area = &region->areas[WIRE_AREA_STACKS];
	uint64_t size =
		part->high > context->sp ? (part->high - context->sp) & ~UINT64_C(7) : 0;
	uint64_t room = area->capacity - area->length;
	uint64_t gap = part->mapped - context->sp;
	struct wire_stack *stack;

	if (size > part->limit)
		size = part->limit;
	if (room > sizeof(*stack) && size > room - sizeof(*stack))
		size = (room - sizeof(*stack)) & ~UINT64_C(7);
	if (gap > size)
		gap = size;
	stack = record_reserve(region, WIRE_AREA_STACKS, sizeof(*stack) + size);
	if (!stack)
		return WIRE_NONE;
	stack->sp = context->sp;
	stack->pc = context->pc;
	stack->rbp = context->rbp;
	stack->rbx = context->rbx;
	stack->r12 = context->r12;
	stack->r13 = context->r13;
	stack->r14 = context->r14;
	stack->r15 = context->r15;
	stack->thread = thread;
	stack->size = (uint32_t)size;
	bytes_fill(stack->bytes, 0, gap);
	bytes_copy(stack->bytes + gap, (const void *)(uintptr_t)part->mapped, size - gap);
	return (uint32_t)((char *)stack - (char *)wire_area_at(region, WIRE_AREA_STACKS));
}

static uint32_t record_running_stack(struct recorder *recorder, const struct thread *thread)
{
	const struct region_recorder *own = (struct region_recorder *)recorder;
	struct stack_bounds bounds;
	struct context context;
	struct wire_area *stacks = &own->region->areas[WIRE_AREA_STACKS];
	uint64_t here = (uint64_t)(uintptr_t)__builtin_frame_address(0);
	uint32_t offset;

	own->carrier->bounds(thread, &bounds);
	/* On another stack, an alternate signal stack say: its bounds are not known. */
	if (here >= bounds.high || here < bounds.low)
		return WIRE_NONE;
	if (stacks->length > EVENT_STACKS_SHARE(stacks->capacity))
		return WIRE_NONE;
	record_context_here(&context);
	offset = record_stack(own->region, thread->id, &context,
		&(struct stack_part){ context.sp, bounds.high, EVENT_STACK_LIMIT });
	if (offset == WIRE_NONE)
		return WIRE_NONE;
	return keep_once(stacks, offset, wire_area_at(own->region, WIRE_AREA_STACKS));
}

struct recorder *record_begin(struct wire_region *region, const struct carrier_ops *carrier)
{
	region_recorder.region = region;
	region_recorder.carrier = carrier;
	region_recorder.recorder.event = record_event;
	region_recorder.recorder.result = record_result;
	region_recorder.recorder.stack = record_running_stack;
	return &region_recorder.recorder;
}
