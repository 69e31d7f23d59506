/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies a region and checks all of it once, so that no reader has to: see recording.h for what is
 * promised. Replaced fields are counted, never guessed.
 */
#include "tool/trace/recording.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"

/* The lengths are read once: the copy is checked, not what may still change behind it. */
struct span {
	const char *bytes;
	size_t size;
};

static int area_span(const struct wire_region *region, size_t region_size, enum wire_area_id id,
		     struct span *ret_span)
{
	const struct wire_area *area = &region->areas[id];

	if (area->offset % 8 || area->offset < sizeof(*region) || area->offset > region_size ||
	    area->capacity > region_size - area->offset)
		return -EPROTO;
	ret_span->bytes = (const char *)region + area->offset;
	ret_span->size = area->length < area->capacity ? area->length : area->capacity;
	return 0;
}

/* Copies whole records of an area. An empty area gives NULL and 0. */
static int copy_records(struct span span, size_t record_size, void **ret_records,
			size_t *ret_count)
{
	size_t count = span.size / record_size;
	void *records = NULL;

	if (count) {
		records = malloc(count * record_size);
		if (!records)
			return -ENOMEM;
		memcpy(records, span.bytes, count * record_size);
	}
	*ret_records = records;
	*ret_count = count;
	return 0;
}

static int copy_text(struct span span, char **ret_text)
{
	char *text = malloc(span.size + 1);

	if (!text)
		return -ENOMEM;
	memcpy(text, span.bytes, span.size);
	text[span.size] = '\0';
	*ret_text = text;
	return 0;
}

static int copy_areas(struct recording *recording, const struct span *spans)
{
	int r;

	r = copy_records(spans[WIRE_AREA_EVENTS], sizeof(struct wire_event),
			 (void **)&recording->events, &recording->event_count);
	if (r < 0)
		return r;
	r = copy_records(spans[WIRE_AREA_THREADS], sizeof(struct wire_thread),
			 (void **)&recording->threads, &recording->thread_count);
	if (r < 0)
		return r;
	r = copy_records(spans[WIRE_AREA_OBJECTS], sizeof(struct wire_object),
			 (void **)&recording->objects, &recording->object_count);
	if (r < 0)
		return r;
	r = copy_records(spans[WIRE_AREA_STACKS], 1, (void **)&recording->stacks,
			 &recording->stacks_size);
	if (r < 0)
		return r;
	return copy_text(spans[WIRE_AREA_MAPS], &recording->maps);
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

static void check_all(struct recording *recording)
{
	struct wire_result *result = &recording->result;

	for (size_t i = 0; i < recording->event_count; i++)
		check_event(recording, &recording->events[i]);
	for (size_t i = 0; i < recording->thread_count; i++)
		check_thread(recording, &recording->threads[i]);
	for (size_t i = 0; i < recording->object_count; i++)
		check_object(recording, &recording->objects[i]);
	check_index(recording, &result->thread, recording->thread_count);
	check_stack(recording, &result->stack);
	result->message[sizeof(result->message) - 1] = '\0';
	if (result->verdict > WIRE_VERDICT_DEFECT) {
		result->verdict = WIRE_VERDICT_NONE;
		recording->damage++;
	}
}

int recording_copy(const struct wire_region *region, size_t region_size,
		   struct recording **ret_recording, struct diag *diag)
{
	struct span spans[WIRE_AREA_COUNT];
	struct recording *recording;

	if (region_size < sizeof(*region) || region->magic != WIRE_MAGIC ||
	    region->version != WIRE_VERSION)
		return diag_set(diag, -EPROTO, "the record of the execution was overwritten");
	for (enum wire_area_id id = 0; id < WIRE_AREA_COUNT; id++)
		if (area_span(region, region_size, id, &spans[id]) < 0)
			return diag_set(diag, -EPROTO,
					"the record of the execution was overwritten");
	recording = calloc(1, sizeof(*recording));
	if (!recording || copy_areas(recording, spans) < 0) {
		recording_free(recording);
		return diag_set(diag, -ENOMEM, "no memory for the record of an execution");
	}
	recording->request = region->request;
	recording->result = region->result;
	recording->config = region->config;
	recording->truncated = region->areas[WIRE_AREA_EVENTS].overflowed ||
			       region->areas[WIRE_AREA_STACKS].overflowed;
	check_all(recording);
	*ret_recording = recording;
	return 0;
}

void recording_free(struct recording *recording)
{
	if (!recording)
		return;
	free(recording->events);
	free(recording->threads);
	free(recording->objects);
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
