/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making and freeing a schedule, and what goes into it. Strings are kept in chunks that live as
 * long as the schedule; an open-addressing table finds the location that is there already.
 */
#include "tool/trace/schedule.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"

#define CHUNK_SIZE 4096u
#define INDEX_SIZE_FIRST 64u

struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	char bytes[];
};

struct schedule_memory {
	struct chunk *chunks;
	uint32_t *index;   /* of locations by their hash: number + 1, 0 is empty */
	size_t index_size; /* a power of two, over twice the number of locations */
};

struct schedule *schedule_new(void)
{
	struct schedule *schedule = calloc(1, sizeof(*schedule));

	if (!schedule)
		return NULL;
	schedule->step_limit = SCHEDULE_STEP_LIMIT;
	schedule->quarantine_mib = SCHEDULE_QUARANTINE_MIB;
	schedule->memory = calloc(1, sizeof(*schedule->memory));
	if (!schedule->memory) {
		free(schedule);
		return NULL;
	}
	return schedule;
}

static void memory_free(struct schedule_memory *memory)
{
	while (memory->chunks) {
		struct chunk *chunk = memory->chunks;

		memory->chunks = chunk->next;
		free(chunk);
	}
	free(memory->index);
	free(memory);
}

void schedule_free(struct schedule *schedule)
{
	if (!schedule)
		return;
	memory_free(schedule->memory);
	free(schedule->arguments);
	free(schedule->extra);
	free(schedule->locations);
	free(schedule->decisions);
	free(schedule);
}

static struct chunk *chunk_for(struct schedule_memory *memory, size_t size)
{
	size_t chunk_size = size > CHUNK_SIZE ? size : CHUNK_SIZE;
	struct chunk *chunk = memory->chunks;

	if (chunk && chunk->size - chunk->used >= size)
		return chunk;
	chunk = malloc(sizeof(*chunk) + chunk_size);
	if (!chunk)
		return NULL;
	*chunk = (struct chunk){ .next = memory->chunks, .size = chunk_size };
	memory->chunks = chunk;
	return chunk;
}

const char *schedule_keep_bytes(struct schedule *schedule, const char *bytes, size_t size)
{
	struct chunk *chunk = chunk_for(schedule->memory, size + 1);
	char *kept;

	if (!chunk)
		return NULL;
	kept = chunk->bytes + chunk->used;
	memcpy(kept, bytes, size);
	kept[size] = '\0';
	chunk->used += size + 1;
	return kept;
}

const char *schedule_keep(struct schedule *schedule, const char *text)
{
	return schedule_keep_bytes(schedule, text, strlen(text));
}

/* Makes room for one more in an array that doubles: it is full when count is 0 or a power of
 * two. */
static bool array_grow(void *array_pointer, size_t count, size_t element_size)
{
	void *array, *bigger;

	if (count & (count - 1))
		return true;
	memcpy(&array, array_pointer, sizeof(array));
	bigger = reallocarray(array, count ? 2 * count : 1, element_size);
	if (!bigger)
		return false;
	memcpy(array_pointer, &bigger, sizeof(bigger));
	return true;
}

static int string_list_add(
	struct schedule *schedule, const char ***list, size_t *count, const char *text)
{
	const char *kept = schedule_keep(schedule, text);

	if (!kept || !array_grow(list, *count, sizeof(**list)))
		return -ENOMEM;
	(*list)[(*count)++] = kept;
	return 0;
}

int schedule_add_argument(struct schedule *schedule, const char *argument)
{
	if (schedule->argument_count == SCHEDULE_ARGUMENTS_MAX)
		return -E2BIG;
	return string_list_add(
		schedule, &schedule->arguments, &schedule->argument_count, argument);
}

int schedule_add_extra(struct schedule *schedule, const char *line)
{
	if (schedule->extra_count == SCHEDULE_EXTRA_MAX)
		return -E2BIG;
	return string_list_add(schedule, &schedule->extra, &schedule->extra_count, line);
}

int schedule_add_decision(struct schedule *schedule, const struct schedule_decision *decision)
{
	struct schedule_decision copy = *decision;

	if (schedule->decision_count == SCHEDULE_DECISIONS_MAX)
		return -E2BIG;
	if (copy.comment) {
		copy.comment = schedule_keep(schedule, copy.comment);
		if (!copy.comment)
			return -ENOMEM;
	}
	if (!array_grow(&schedule->decisions, schedule->decision_count, sizeof(copy)))
		return -ENOMEM;
	schedule->decisions[schedule->decision_count++] = copy;
	return 0;
}

static uint64_t location_hash(const struct schedule_location *location)
{
	uint64_t hash = hash_fold(location->kind, location->line);

	hash = hash_fold(hash, location->offset);
	if (location->kind == SCHEDULE_LOCATION_MODULE)
		return hash_fold(hash, hash_string(location->module));
	hash = hash_fold(hash, hash_string(location->function));
	return hash_fold(hash, hash_string(location->file));
}

bool schedule_location_equal(
	const struct schedule_location *a, const struct schedule_location *b)
{
	if (a->kind != b->kind || a->line != b->line || a->offset != b->offset)
		return false;
	if (a->kind == SCHEDULE_LOCATION_MODULE)
		return strcmp(a->module, b->module) == 0;
	return strcmp(a->function, b->function) == 0 && strcmp(a->file, b->file) == 0;
}

/* Where in the index the location is, or belongs. */
static uint32_t *index_slot(
	const struct schedule *schedule, const struct schedule_location *location)
{
	const struct schedule_memory *memory = schedule->memory;
	size_t i = location_hash(location) & (memory->index_size - 1);

	while (memory->index[i] &&
		!schedule_location_equal(&schedule->locations[memory->index[i] - 1], location))
		i = (i + 1) & (memory->index_size - 1);
	return &memory->index[i];
}

static int index_grow(struct schedule *schedule)
{
	struct schedule_memory *memory = schedule->memory;
	size_t size = memory->index_size ? 2 * memory->index_size : INDEX_SIZE_FIRST;
	uint32_t *index;

	if (2 * (schedule->location_count + 1) <= memory->index_size)
		return 0;
	index = calloc(size, sizeof(*index));
	if (!index)
		return -ENOMEM;
	free(memory->index);
	memory->index = index;
	memory->index_size = size;
	for (size_t i = 0; i < schedule->location_count; i++)
		*index_slot(schedule, &schedule->locations[i]) = (uint32_t)i + 1;
	return 0;
}

/* The same location with strings of the schedule's own. Returns false when memory is exhausted.
 */
static bool location_keep(struct schedule *schedule, struct schedule_location *location)
{
	if (location->kind == SCHEDULE_LOCATION_MODULE) {
		location->module = schedule_keep(schedule, location->module);
		return location->module != NULL;
	}
	location->function = schedule_keep(schedule, location->function);
	location->file = schedule_keep(schedule, location->file);
	return location->function && location->file;
}

int schedule_add_location(struct schedule *schedule, const struct schedule_location *location,
	uint32_t *ret_index)
{
	struct schedule_location copy = *location;
	uint32_t *slot;
	int r = index_grow(schedule);

	if (r < 0)
		return r;
	slot = index_slot(schedule, location);
	if (*slot) {
		*ret_index = *slot - 1;
		return 0;
	}
	if (schedule->location_count == SCHEDULE_DECISIONS_MAX)
		return -E2BIG;
	if (!location_keep(schedule, &copy) ||
		!array_grow(&schedule->locations, schedule->location_count, sizeof(copy)))
		return -ENOMEM;
	*ret_index = (uint32_t)schedule->location_count;
	schedule->locations[schedule->location_count++] = copy;
	*slot = *ret_index + 1;
	return 0;
}

bool schedule_chooses_thread(enum wire_decision_kind kind)
{
	return kind == WIRE_DECISION_PREEMPT || kind == WIRE_DECISION_NEXT;
}

int schedule_decision_to_wire(
	const struct schedule_decision *decision, struct wire_decision *ret_wire)
{
	struct wire_decision wire = {
		.value = decision->value,
		.location = decision->location,
		.occurrence = decision->occurrence,
		.repetition = decision->repetition,
		.op = (uint16_t)decision->op,
		.kind = (uint16_t)decision->kind,
	};

	if (wire_path_parse(decision->thread, &wire.thread) < 0)
		return -EINVAL;
	if (decision->chosen[0] && wire_path_parse(decision->chosen, &wire.value) < 0)
		return -EINVAL;
	*ret_wire = wire;
	return 0;
}
