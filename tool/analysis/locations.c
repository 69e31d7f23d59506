/* SPDX-License-Identifier: Apache-2.0 */
/* The places that a finding names; see locations.h. */
#include "tool/analysis/locations.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "tool/analysis/block.h"
#include "tool/analysis/misuse.h"
#include "tool/analysis/naming.h"
#include "tool/analysis/wait_graph.h"
#include "tool/trace/observations.h"

struct builder {
	const struct recording *recording;
	struct symbols *symbols;
	struct finding_location *list;
	size_t count;
};

static char *copy_or_null(const char *text)
{
	return text ? strdup(text) : NULL;
}

static int add(struct builder *builder, const char *role, uint32_t thread,
	const struct symbol_frame *frame)
{
	struct finding_location *list =
		reallocarray(builder->list, builder->count + 1, sizeof(*list));
	struct finding_location *location;

	if (!list)
		return -ENOMEM;
	builder->list = list;
	location = &list[builder->count++];
	*location = (struct finding_location){
		.role = role,
		.line = frame->line,
		.module_offset = frame->module_offset,
		.function = copy_or_null(frame->function),
		.file = copy_or_null(frame->file),
		.short_file = copy_or_null(frame->short_file),
		.module = copy_or_null(frame->module),
	};
	if (thread < builder->recording->thread_count)
		location->thread = strdup(builder->recording->threads[thread].path);
	return 0;
}

static int add_thread(struct builder *builder, const char *role, uint32_t thread)
{
	const struct wire_thread *t = &builder->recording->threads[thread];
	struct symbol_frame frame;

	naming_display(builder->recording, builder->symbols, t->stack, t->pc, &frame);
	return add(builder, role, thread, &frame);
}

/* Where `thread` acquired what `waiter` waits for, if it did. */
static int add_acquisition(struct builder *builder, uint32_t waiter, uint32_t thread)
{
	const struct recording *recording = builder->recording;
	uint32_t object = recording->threads[waiter].wait_object;
	uint32_t holding;
	struct symbol_frame frame;

	if (object == WIRE_NONE)
		return 0;
	holding = wait_graph_holding(recording, object, thread);
	if (holding == WIRE_NONE)
		return 0;
	naming_display(recording, builder->symbols,
		recording->objects[object].holder_stacks[holding],
		recording->objects[object].holder_pcs[holding], &frame);
	return add(builder, "acquired here", thread, &frame);
}

static int add_deadlock(struct builder *builder)
{
	const struct recording *recording = builder->recording;
	uint32_t *threads = NULL;
	bool is_cycle;
	int count = locations_involved(recording, FINDING_DEADLOCK, &threads, &is_cycle);
	int r = count;

	for (int i = 0; i < count && r >= 0; i++) {
		uint32_t holder = wait_graph_edge(recording, threads[i], 0);

		r = add_thread(builder, "waits here", threads[i]);
		if (r >= 0 && is_cycle)
			holder = threads[(i + 1) % count];
		if (r >= 0 && holder != WIRE_NONE)
			r = add_acquisition(builder, threads[i], holder);
	}
	free(threads);
	return r < 0 ? r : 0;
}

static int add_spinning(struct builder *builder, enum finding_kind kind)
{
	uint32_t *threads = NULL;
	bool is_cycle;
	int count = locations_involved(builder->recording, kind, &threads, &is_cycle);
	int r = count;

	for (int i = 0; i < count && r >= 0; i++)
		r = add_thread(builder, "runs here", threads[i]);
	free(threads);
	return r < 0 ? r : 0;
}

static int add_failure(struct builder *builder)
{
	const struct wire_result *result = &builder->recording->result;
	struct symbol_frame frame;

	if (result->stack == WIRE_NONE && !result->pc)
		return 0;
	naming_display(builder->recording, builder->symbols, result->stack, result->pc, &frame);
	return add(builder, "failed here", result->thread, &frame);
}

static int add_access(
	struct builder *builder, const char *role, const struct wire_access *access)
{
	struct symbol_frame frame;

	naming_display(builder->recording, builder->symbols, access->stack, access->pc, &frame);
	return add(builder, role, access->thread, &frame);
}

static int add_place(
	struct builder *builder, const char *role, uint32_t thread, uint32_t stack, uint64_t pc)
{
	struct symbol_frame frame;

	naming_display(builder->recording, builder->symbols, stack, pc, &frame);
	return add(builder, role, thread, &frame);
}

static int add_race(struct builder *builder)
{
	const struct recording *recording = builder->recording;
	const struct wire_block *block;
	const struct wire_race *race;
	int r;

	if (recording->race >= recording->race_count)
		return 0;
	race = &recording->races[recording->race];
	r = add_access(builder, "earlier access", &race->earlier);
	if (r >= 0)
		r = add_access(builder, "later access", &race->later);
	block = block_around(recording, race->earlier.address);
	if (r < 0 || !block || block->alloc_thread == WIRE_NONE)
		return r;
	return add_place(builder, LOCATION_ALLOCATED, block->alloc_thread, block->alloc_stack,
		block->alloc_pc);
}

static int add_misuse(struct builder *builder)
{
	const struct recording *recording = builder->recording;
	const struct wire_misuse *misuse;
	int r;

	if (recording->misuse >= recording->misuse_count)
		return 0;
	misuse = &recording->misuses[recording->misuse];
	r = add_place(builder, "misused here", misuse->thread, misuse->stack, misuse->pc);
	if (r < 0 || misuse->other_thread == WIRE_NONE)
		return r;
	return add_place(builder,
		misuse_other_waits(misuse->kind) ? "waits here" : "acquired here",
		misuse->other_thread, misuse->other_stack, misuse->other_pc);
}

static int add_event(struct builder *builder, const char *role, uint32_t index)
{
	const struct wire_event *event = &builder->recording->events[index];

	return add_place(builder, role, event->thread, event->stack, event->pc);
}

static int add_cycle(struct builder *builder)
{
	const struct lock_cycle *cycle = &builder->recording->cycle;
	int r = 0;

	for (size_t i = 0; i < cycle->length && r >= 0; i++) {
		r = add_event(builder, "acquired here", cycle->steps[i].held);
		if (r >= 0)
			r = add_event(builder, "wanted here", cycle->steps[i].wanted);
	}
	return r;
}

/* Where the block was freed and allocated before what failed. */
static int add_block(struct builder *builder)
{
	const struct wire_block *block = block_of_failure(builder->recording);
	int r = add_failure(builder);

	if (r >= 0 && block && block->free_thread != WIRE_NONE)
		r = add_place(builder, "freed here", block->free_thread, block->free_stack,
			block->free_pc);
	if (r >= 0 && block && block->alloc_thread != WIRE_NONE)
		r = add_place(builder, LOCATION_ALLOCATED, block->alloc_thread,
			block->alloc_stack, block->alloc_pc);
	return r;
}

/* Was an observation of that kind before `end` made at the same place? */
static bool observed_before(
	const struct recording *recording, const struct wire_observation *end)
{
	const struct wire_observation *o;

	for (size_t at = 0; (o = observation_next(recording->observations,
				     recording->observations_size, &at)) &&
			    o != end;)
		if (o->pc == end->pc && o->kind == end->kind)
			return true;
	return false;
}

/* Where operations began, each place once; or where the condition was looked at. */
static int add_observed(struct builder *builder, enum finding_kind kind)
{
	const struct recording *recording = builder->recording;
	const struct wire_observation *o;
	int r = 0;

	for (size_t at = 0; r >= 0 && (o = observation_next(recording->observations,
					       recording->observations_size, &at));) {
		bool wanted = kind == FINDING_ATOMICITY
				      ? o->kind == WIRE_OBSERVED_OPERATION
				      : o->kind == WIRE_OBSERVED_SOMETIMES &&
						hash_string(o->name) == recording->condition;

		if (wanted && !observed_before(recording, o))
			r = add_place(builder,
				kind == FINDING_ATOMICITY ? "operation" : "evaluated here",
				o->thread_number, o->stack, o->pc);
	}
	return r < 0 ? r : 0;
}

int locations_find(const struct recording *recording, struct symbols *symbols,
	enum finding_kind kind, struct finding_location **ret_locations, size_t *ret_count)
{
	struct builder builder = { .recording = recording, .symbols = symbols };
	int r = 0;

	switch (kind) {
	case FINDING_DEADLOCK:
	case FINDING_LOST_WAKEUP:
		r = add_deadlock(&builder);
		break;
	case FINDING_LIVELOCK:
	case FINDING_HANG:
		r = add_spinning(&builder, kind);
		break;
	case FINDING_CRASH:
	case FINDING_ASSERTION:
	case FINDING_STACK_OVERFLOW:
	case FINDING_MEMORY_ERROR:
		r = add_failure(&builder);
		break;
	case FINDING_DATA_RACE:
		r = add_race(&builder);
		break;
	case FINDING_LOCK_MISUSE:
		r = add_misuse(&builder);
		break;
	case FINDING_ATOMICITY:
	case FINDING_NEVER_TRUE:
		r = add_observed(&builder, kind);
		break;
	case FINDING_LOCK_ORDER:
		r = add_cycle(&builder);
		break;
	case FINDING_USE_AFTER_FREE:
	case FINDING_DOUBLE_FREE:
	case FINDING_INVALID_FREE:
		r = add_block(&builder);
		break;
	default:
		break;
	}
	if (r < 0) {
		locations_release(builder.list, builder.count);
		return r;
	}
	*ret_locations = builder.list;
	*ret_count = builder.count;
	return 0;
}

void locations_release(struct finding_location *locations, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(locations[i].thread);
		free(locations[i].function);
		free(locations[i].file);
		free(locations[i].short_file);
		free(locations[i].module);
	}
	free(locations);
}

static bool is_involved(
	const struct recording *recording, enum finding_kind kind, uint32_t thread)
{
	if (finding_is_deadlock(kind) || (recording->result.limits & WIRE_LIMIT_SIGNAL_AWAITED))
		return wait_graph_is_root(recording, thread);
	return recording->threads[thread].state == WIRE_THREAD_RUNNABLE;
}

int locations_involved(const struct recording *recording, enum finding_kind kind,
	uint32_t **ret_threads, bool *is_cycle)
{
	int cycle = finding_is_deadlock(kind) ? wait_graph_cycle(recording, ret_threads) : 0;
	uint32_t *threads;
	int count = 0;

	*is_cycle = cycle > 0;
	if (cycle)
		return cycle;
	threads = calloc(recording->thread_count + 1, sizeof(*threads));
	if (!threads)
		return -ENOMEM;
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (is_involved(recording, kind, i))
			threads[count++] = i;
	*ret_threads = threads;
	return count;
}
