/* SPDX-License-Identifier: Apache-2.0 */
/* Observations into the shared region; see observations.h. */
#include "runtime/engine/observations.h"

#include "common/bytes.h"
#include "common/hash.h"
#include "runtime/engine/ending.h"
#include "runtime/record/record.h"

#define NAME_LEN_MAX 255u
#define TEXT_LEN_MAX 65535u
#define BUCKETS 64u

/* A condition that was looked at. */
struct condition {
	struct wire_observation *record;
	struct condition *next_in_bucket;
	struct condition *next; /* in the order of first looks */
};

static struct {
	struct wire_region *region;
	struct condition *buckets[BUCKETS];
	struct condition *first;
	struct condition **last;
} state;

void observations_begin(struct wire_region *region)
{
	state.region = region;
	state.first = NULL;
	state.last = &state.first;
	for (uint32_t i = 0; i < BUCKETS; i++)
		state.buckets[i] = NULL;
}

static uint32_t cut_len(const char *text, uint32_t most)
{
	size_t len = string_len(text);

	if (len <= most)
		return (uint32_t)len;
	state.region->result.limits |= WIRE_LIMIT_OBSERVATIONS;
	return most;
}

/* NULL: there is no room, or nothing is to be told. `text` may be NULL. */
static struct wire_observation *add(struct thread *self, enum wire_observation_kind kind,
	const char *name, const char *text)
{
	struct wire_observation *record;
	uint32_t name_len, text_len, size;

	if (!state.region || runtime.forked)
		return NULL;
	if (!name)
		name = "";
	name_len = cut_len(name, NAME_LEN_MAX);
	text_len = text ? cut_len(text, TEXT_LEN_MAX) : 0;
	size = (uint32_t)sizeof(*record) + name_len + 1 + (text ? text_len + 1 : 0);
	size = (size + 7) & ~7u;
	record = record_reserve(state.region, WIRE_AREA_OBSERVATIONS, size);
	if (!record) {
		state.region->result.limits |= WIRE_LIMIT_OBSERVATIONS;
		return NULL;
	}
	bytes_fill(record, 0, size);
	record->thread = self->path_hash;
	record->thread_number = self->id;
	record->pc = self->call_pc;
	record->size = size;
	record->kind = (uint16_t)kind;
	record->name_size = (uint16_t)(name_len + 1);
	record->stack = WIRE_NONE;
	bytes_copy(record->name, name, name_len);
	if (text)
		bytes_copy(record->name + name_len + 1, text, text_len);
	return record;
}

void observe(struct thread *self, const char *name, int64_t value, const char *text)
{
	struct wire_observation *record =
		add(self, text ? WIRE_OBSERVED_TEXT : WIRE_OBSERVED_VALUE, name, text);

	if (record)
		record->value = value;
}

void observe_operation(struct thread *self, const char *name)
{
	if (self->operations++ == 0)
		self->operation = add(self, WIRE_OBSERVED_UNFINISHED, name, NULL);
}

void observe_operation_end(struct thread *self, int64_t result)
{
	struct wire_observation *record = self->operation;

	if (self->operations == 0 || --self->operations)
		return;
	self->operation = NULL;
	if (!record || runtime.forked)
		return;
	record->kind = WIRE_OBSERVED_OPERATION;
	record->value = result;
}

static struct condition *find_condition(
	struct thread *self, enum wire_observation_kind kind, const char *text)
{
	struct condition **bucket = &state.buckets[(hash_string(text) + kind) & (BUCKETS - 1)];
	struct condition *condition = *bucket;
	struct wire_observation *record;

	for (; condition; condition = condition->next_in_bucket)
		if (condition->record->kind == kind &&
			bytes_equal_string(condition->record->name, text))
			return condition;
	record = add(self, kind, text, NULL);
	condition = record ? arena_alloc(&runtime.arena, sizeof(*condition)) : NULL;
	if (!condition)
		return NULL;
	condition->record = record;
	if (runtime.core.recorder)
		record->stack = runtime.core.recorder->stack(runtime.core.recorder, self);
	condition->next_in_bucket = *bucket;
	*bucket = condition;
	*state.last = condition;
	state.last = &condition->next;
	return condition;
}

void observe_condition(
	struct thread *self, enum wire_observation_kind kind, bool holds, const char *text)
{
	struct condition *condition = find_condition(self, kind, text ? text : "");

	if (condition && holds)
		condition->record->value = 1;
}

static _Noreturn void never_true(struct thread *self, const struct wire_observation *record)
{
	static const char words[] = "never true before the end: ";
	struct wire_result *result = runtime.core.result;

	core_fail(&runtime.core, WIRE_VERDICT_ASSERTION, NULL);
	result->pc = record->pc;
	result->thread = record->thread_number;
	result->stack = record->stack;
	string_copy(result->message, words, sizeof(result->message));
	string_copy(result->message + sizeof(words) - 1, record->name,
		sizeof(result->message) - sizeof(words));
	execution_end(self);
}

void observations_check_end(struct thread *self)
{
	if (runtime.forked || runtime.core.result->verdict != WIRE_VERDICT_NONE)
		return;
	for (const struct condition *c = state.first; c; c = c->next)
		if (c->record->kind == WIRE_OBSERVED_EVENTUALLY && !c->record->value)
			never_true(self, c->record);
}
