/* SPDX-License-Identifier: Apache-2.0 */
/* One event of a record in words; see words.h. */
#include "tool/report/words.h"

#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/op.h"
#include "tool/analysis/pc_map.h"
#include "tool/analysis/wait_graph.h"
#include "tool/symbol/data.h"
#include "tool/symbol/value.h"

static bool is_memory(const struct wire_event *event)
{
	return event->object == WIRE_NONE && event->address &&
	       event->decision == WIRE_DECISION_NONE;
}

/* Memory without a name is numbered, in the order in which it first comes up. */
static uint32_t memory_rank(
	const struct recording *recording, struct symbols *symbols, uint64_t address)
{
	struct pc_map seen = { 0 };
	uint32_t rank = 0;
	uint32_t unused;
	char name[NAMING_SIZE];

	for (size_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		if (!is_memory(event) || pc_map_find(&seen, event->address, &unused) ||
			symbols_data(symbols, event->address, name, sizeof(name)) == 0)
			continue;
		rank++;
		if (event->address == address || pc_map_add(&seen, event->address, rank) < 0)
			break;
	}
	pc_map_release(&seen);
	return rank;
}

/* The name alone where there is one: the verb says what it is. */
static void name_target(const struct recording *recording, struct symbols *symbols,
	const struct wire_event *event, char target[NAMING_SIZE])
{
	uint64_t address = event->address;
	char name[NAMING_SIZE];

	target[0] = '\0';
	if (event->object != WIRE_NONE) {
		const struct wire_object *object = &recording->objects[event->object];

		address = object->kind == WIRE_OBJECT_FD ? 0 : object->address;
	}
	if (address && symbols_data(symbols, address, name, sizeof(name)) == 0) {
		naming_function(name, target);
		return;
	}
	if (event->object != WIRE_NONE)
		naming_object(recording, symbols, event->object, target);
	else if (address)
		snprintf(target, NAMING_SIZE, "memory %u",
			memory_rank(recording, symbols, address));
}

/* The thread that the create event `index` made: the parent's n-th create made its n-th child.
 */
static uint32_t created_thread(const struct recording *recording, uint32_t index)
{
	uint32_t parent = recording->events[index].thread;
	uint32_t number = 0;

	for (uint32_t i = 0; i <= index; i++) {
		const struct wire_event *event = &recording->events[i];

		number += event->thread == parent && event->op == OP_THREAD_CREATE &&
			  event->decision == WIRE_DECISION_NONE && event->result == 0;
	}
	for (uint32_t i = 0; i < recording->thread_count; i++)
		if (recording->threads[i].parent == parent && --number == 0)
			return i;
	return WIRE_NONE;
}

static const char *verb(const struct wire_event *event)
{
	switch (event->op) {
	case OP_READ:
		return "reads";
	case OP_WRITE:
		return "writes";
	default:
		return op_name(event->op);
	}
}

void words_operation(const struct recording *recording, struct symbols *symbols, uint32_t index,
	char words[WORDS_OPERATION])
{
	const struct wire_event *event = &recording->events[index];
	char target[NAMING_SIZE];
	uint32_t thread = WIRE_NONE, joined = WIRE_NONE;

	if (event->op == OP_CHOOSE && event->decision == WIRE_DECISION_NONE) {
		snprintf(words, WORDS_OPERATION, "chooses %d", event->result);
		return;
	}

	if (event->op == OP_THREAD_CREATE)
		thread = created_thread(recording, index);
	else if (event->op == OP_THREAD_JOIN && event->object != WIRE_NONE)
		joined = wait_graph_joined(recording, event->object);
	if (thread != WIRE_NONE)
		naming_thread(recording, symbols, thread, target);
	else if (joined != WIRE_NONE)
		string_copy(target, recording->threads[joined].path, sizeof(target));
	else
		name_target(recording, symbols, event, target);
	snprintf(words, WORDS_OPERATION, "%s%s%s", verb(event), target[0] ? " " : "", target);
}

static bool is_access(const struct wire_event *event)
{
	switch (event->op) {
	case OP_READ:
	case OP_WRITE:
	case OP_ATOMIC_LOAD:
	case OP_ATOMIC_STORE:
	case OP_ATOMIC_RMW:
	case OP_ATOMIC_CAS:
		return event->decision == WIRE_DECISION_NONE;
	default:
		return false;
	}
}

const char *words_value(
	const struct wire_event *event, struct symbols *symbols, char text[WORDS_VALUE])
{
	if (!is_access(event) || !(event->known & WIRE_KNOWN_VALUE) ||
		symbols_value(symbols, event->address, event->value, (uint32_t)event->result,
			text, WORDS_VALUE) < 0)
		return NULL;
	return text;
}

const char *words_before(
	const struct wire_event *event, struct symbols *symbols, char text[WORDS_VALUE])
{
	if (!is_access(event) || !(event->known & WIRE_KNOWN_BEFORE) || event->op == OP_READ ||
		event->op == OP_ATOMIC_LOAD ||
		symbols_value(symbols, event->address, event->before, (uint32_t)event->result,
			text, WORDS_VALUE) < 0)
		return NULL;
	return text;
}

static void add_values(
	const struct wire_event *event, struct symbols *symbols, char words[WORDS_OPERATION])
{
	size_t size = strlen(words);
	char value[WORDS_VALUE], before[WORDS_VALUE];

	if (!words_value(event, symbols, value))
		return;
	size += (size_t)snprintf(words + size, WORDS_OPERATION - size, " = %s", value);
	if (words_before(event, symbols, before))
		snprintf(words + size, WORDS_OPERATION - size, " (was %s)", before);
}

static bool counts_bytes(uint32_t kind)
{
	return kind == OP_FD_READ || kind == OP_FD_WRITE;
}

/*
 * The errno that an operation failed with, or 0. POSIX threads return it as it is, system calls
 * negated, with a count or a number where they succeed.
 */
static int error_of(const struct wire_event *event)
{
	bool system_call = (event->op >= OP_FUTEX_WAIT && event->op <= OP_FUTEX_UNLOCK) ||
			   (event->op >= OP_FD_READ && event->op <= OP_PROCESS_EXIT);

	if (event->op == OP_SEM_GETVALUE)
		return 0;
	if (system_call)
		return event->result < 0 ? -event->result : 0;
	return event->result > 0 ? event->result : 0;
}

void words_add_result(
	const struct wire_event *event, struct symbols *symbols, char words[WORDS_OPERATION])
{
	size_t size = strlen(words);
	const char *name;
	int error;

	if (is_access(event)) {
		add_values(event, symbols, words);
		return;
	}
	if (event->object == WIRE_NONE)
		return;
	error = error_of(event);
	name = error ? strerrorname_np(error) : NULL;
	if (name)
		snprintf(words + size, WORDS_OPERATION - size, " = %s", name);
	else if (counts_bytes(event->op) && event->result >= 0)
		snprintf(words + size, WORDS_OPERATION - size, " = %d byte%s", event->result,
			event->result == 1 ? "" : "s");
	else if (event->op == OP_SEM_GETVALUE)
		snprintf(words + size, WORDS_OPERATION - size, " = %d", event->result);
}

const char *words_choice(const struct step *step, char text[WORDS_CHOICE])
{
	unsigned long long chosen = step->chosen;

	switch (step->decision) {
	case WIRE_DECISION_TIMEOUT:
		return "the next timeout fires early";
	case WIRE_DECISION_SPURIOUS:
		return "woken by nobody";
	case WIRE_DECISION_BYTES:
		snprintf(text, WORDS_CHOICE, "moves %llu byte%s fewer than it could", chosen,
			chosen == 1 ? "" : "s");
		return text;
	case WIRE_DECISION_WAKE:
		snprintf(text, WORDS_CHOICE, "wakes waiter %llu", chosen + 1);
		return text;
	case WIRE_DECISION_ORDER:
		return "another event comes first";
	default:
		return NULL;
	}
}
