/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies a region and checks all of it once, so that no reader has to: see recording.h for what
 * is promised. Replaced fields are counted, never guessed.
 */
#include "tool/trace/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"

/* Copies whole records of an area. An empty area gives NULL and 0. */
static int copy_records(const struct recording_source *source, enum wire_area_id id,
	size_t record_size, void **ret_records, size_t *ret_count)
{
	size_t count = source->areas[id].size / record_size;
	void *records = NULL;

	if (count) {
		records = malloc(count * record_size);
		if (!records)
			return -ENOMEM;
		memcpy(records, source->areas[id].bytes, count * record_size);
	}
	*ret_records = records;
	*ret_count = count;
	return 0;
}

static int copy_maps(struct recording *recording, const struct recording_source *source)
{
	size_t size = source->areas[WIRE_AREA_MAPS].size;

	recording->maps = malloc(size + 1);
	if (!recording->maps)
		return -ENOMEM;
	if (size)
		memcpy(recording->maps, source->areas[WIRE_AREA_MAPS].bytes, size);
	recording->maps[size] = '\0';
	return 0;
}

static int copy_areas(struct recording *recording, const struct recording_source *source)
{
	int r;

	r = copy_records(source, WIRE_AREA_EVENTS, sizeof(struct wire_event),
		(void **)&recording->events, &recording->event_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_ACCESSES, sizeof(struct wire_event),
		(void **)&recording->accesses, &recording->access_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_THREADS, sizeof(struct wire_thread),
		(void **)&recording->threads, &recording->thread_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_OBJECTS, sizeof(struct wire_object),
		(void **)&recording->objects, &recording->object_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_RACES, sizeof(struct wire_race),
		(void **)&recording->races, &recording->race_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_MISUSES, sizeof(struct wire_misuse),
		(void **)&recording->misuses, &recording->misuse_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_BLOCKS, sizeof(struct wire_block),
		(void **)&recording->blocks, &recording->block_count);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_OBSERVATIONS, 1, (void **)&recording->observations,
		&recording->observations_size);
	if (r < 0)
		return r;
	r = copy_records(source, WIRE_AREA_STACKS, 1, (void **)&recording->stacks,
		&recording->stacks_size);
	if (r < 0)
		return r;
	return copy_maps(recording, source);
}

/* Replaces an index that leads nowhere. */
static void check_index(struct recording *recording, uint32_t *index, size_t count)
{
	if (*index == WIRE_NONE || *index < count)
		return;
	*index = WIRE_NONE;
	recording->damage++;
}

static void check_stack(struct recording *recording, uint32_t *offset)
{
	if (*offset == WIRE_NONE || recording_stack(recording, *offset))
		return;
	*offset = WIRE_NONE;
	recording->damage++;
}

static void check_op(struct recording *recording, uint32_t *op)
{
	if (*op < OP_KIND_COUNT)
		return;
	*op = OP_NONE;
	recording->damage++;
}

static void check_event(struct recording *recording, struct wire_event *event)
{
	check_index(recording, &event->thread, recording->thread_count);
	check_index(recording, &event->object, recording->object_count);
	check_index(recording, &event->chosen, recording->thread_count);
	check_index(recording, &event->usual, recording->thread_count);
	check_stack(recording, &event->stack);
	if (event->op >= OP_KIND_COUNT) {
		event->op = OP_NONE;
		recording->damage++;
	}
	if (event->decision >= WIRE_DECISION_COUNT) {
		event->decision = WIRE_DECISION_NONE;
		recording->damage++;
	}
}

static void check_aside(struct recording *recording, struct wire_event *access)
{
	uint32_t before = access->chosen;

	access->chosen = WIRE_NONE;
	access->decision = WIRE_DECISION_NONE;
	check_event(recording, access);
	access->chosen = before;
}

static void check_thread(struct recording *recording, struct wire_thread *thread)
{
	uint64_t hash;

	thread->path[WIRE_PATH_SIZE - 1] = '\0';
	thread->name[WIRE_NAME_SIZE - 1] = '\0';
	if (wire_path_parse(thread->path, &hash) < 0) {
		strcpy(thread->path, "?");
		recording->damage++;
	}
	check_index(recording, &thread->parent, recording->thread_count);
	check_index(recording, &thread->wait_object, recording->object_count);
	check_stack(recording, &thread->stack);
	check_op(recording, &thread->op);
	if (thread->state > WIRE_THREAD_FINISHED) {
		thread->state = WIRE_THREAD_RUNNABLE;
		recording->damage++;
	}
}

static void check_object(struct recording *recording, struct wire_object *object)
{
	if (object->kind >= WIRE_OBJECT_KIND_COUNT) {
		object->kind = WIRE_OBJECT_NONE;
		recording->damage++;
	}
	for (uint32_t i = 0; i < WIRE_HOLDERS && i < object->holder_count; i++) {
		check_index(recording, &object->holders[i], recording->thread_count);
		check_stack(recording, &object->holder_stacks[i]);
	}
}

static void check_access(struct recording *recording, struct wire_access *access)
{
	check_index(recording, &access->thread, recording->thread_count);
	check_stack(recording, &access->stack);
	check_op(recording, &access->op);
	for (uint32_t i = 0; i < WIRE_HELD && i < access->held_count; i++)
		check_index(recording, &access->held[i], recording->object_count);
}

static void check_misuse(struct recording *recording, struct wire_misuse *misuse)
{
	check_index(recording, &misuse->thread, recording->thread_count);
	check_index(recording, &misuse->other_thread, recording->thread_count);
	check_index(recording, &misuse->object, recording->object_count);
	check_index(recording, &misuse->other_object, recording->object_count);
	check_stack(recording, &misuse->stack);
	check_stack(recording, &misuse->other_stack);
	check_op(recording, &misuse->op);
	if (misuse->kind >= WIRE_MISUSE_KIND_COUNT) {
		misuse->kind = WIRE_MISUSE_UNLOCK_FREE;
		recording->damage++;
	}
}

static void check_block(struct recording *recording, struct wire_block *block)
{
	check_index(recording, &block->alloc_thread, recording->thread_count);
	check_index(recording, &block->free_thread, recording->thread_count);
	check_stack(recording, &block->alloc_stack);
	check_stack(recording, &block->free_stack);
}

static void check_all(struct recording *recording)
{
	struct wire_result *result = &recording->result;

	for (size_t i = 0; i < recording->event_count; i++)
		check_event(recording, &recording->events[i]);
	for (size_t i = 0; i < recording->access_count; i++)
		check_aside(recording, &recording->accesses[i]);
	for (size_t i = 0; i < recording->thread_count; i++)
		check_thread(recording, &recording->threads[i]);
	for (size_t i = 0; i < recording->object_count; i++)
		check_object(recording, &recording->objects[i]);
	for (size_t i = 0; i < recording->race_count; i++) {
		check_access(recording, &recording->races[i].earlier);
		check_access(recording, &recording->races[i].later);
	}
	for (size_t i = 0; i < recording->misuse_count; i++)
		check_misuse(recording, &recording->misuses[i]);
	for (size_t i = 0; i < recording->block_count; i++)
		check_block(recording, &recording->blocks[i]);
	check_index(recording, &result->thread, recording->thread_count);
	check_stack(recording, &result->stack);
	result->message[sizeof(result->message) - 1] = '\0';
	if (result->verdict > WIRE_VERDICT_DEFECT) {
		result->verdict = WIRE_VERDICT_NONE;
		recording->damage++;
	}
}

int recording_copy(const struct recording_source *source, struct recording **ret_recording,
	struct diag *diag)
{
	struct recording *recording = calloc(1, sizeof(*recording));

	if (!recording || copy_areas(recording, source) < 0) {
		recording_free(recording);
		return diag_set(diag, -ENOMEM, "no memory for the record of an execution");
	}
	recording->request = *source->request;
	recording->result = *source->result;
	recording->config = *source->config;
	recording->truncated = source->truncated;
	recording->race = WIRE_NONE;
	recording->misuse = WIRE_NONE;
	check_all(recording);
	*ret_recording = recording;
	return 0;
}

void recording_free(struct recording *recording)
{
	if (!recording)
		return;
	free(recording->events);
	free(recording->accesses);
	free(recording->threads);
	free(recording->objects);
	free(recording->races);
	free(recording->misuses);
	free(recording->blocks);
	free(recording->observations);
	free(recording->stacks);
	free(recording->maps);
	free(recording);
}

const struct wire_stack *recording_stack(const struct recording *recording, uint32_t offset)
{
	const struct wire_stack *stack;
	size_t rest;

	if (offset == WIRE_NONE || offset % 8 || offset > recording->stacks_size)
		return NULL;
	rest = recording->stacks_size - offset;
	if (rest < sizeof(*stack))
		return NULL;
	stack = (const struct wire_stack *)(const void *)(recording->stacks + offset);
	if (stack->size % 8 || stack->size > rest - sizeof(*stack))
		return NULL;
	return stack;
}

uint64_t recording_path_hash(const struct recording *recording, uint32_t thread)
{
	uint64_t hash;

	if (thread >= recording->thread_count ||
		wire_path_parse(recording->threads[thread].path, &hash) < 0)
		return 0;
	return hash;
}

uint32_t recording_thread_by_path(const struct recording *recording, uint64_t path_hash)
{
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (recording_path_hash(recording, i) == path_hash)
			return i;
	return WIRE_NONE;
}
