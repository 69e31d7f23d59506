/* SPDX-License-Identifier: Apache-2.0 */
/* One event of a record in words; see words.h. */
#include "tool/report/words.h"

#include <stdio.h>
#include <string.h>

#include "common/bytes.h"
#include "common/op.h"
#include "tool/analysis/wait_graph.h"
#include "tool/symbol/data.h"

/* The name alone where there is one: the verb says what it is. */
static void name_target(const struct recording *recording, struct symbols *symbols,
	const struct wire_event *event, char target[NAMING_SIZE])
{
	uint64_t address = event->address;

	target[0] = '\0';
	if (event->object != WIRE_NONE) {
		const struct wire_object *object = &recording->objects[event->object];

		address = object->kind == WIRE_OBJECT_FD ? 0 : object->address;
	}
	if (address && symbols_data(symbols, address, target, NAMING_SIZE) == 0)
		return;
	if (event->object != WIRE_NONE)
		naming_object(recording, symbols, event->object, target);
	else if (address)
		strcpy(target, "memory");
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

void words_operation(const struct recording *recording, struct symbols *symbols, uint32_t index,
	char words[WORDS_OPERATION])
{
	const struct wire_event *event = &recording->events[index];
	char target[NAMING_SIZE];
	uint32_t thread = WIRE_NONE, joined = WIRE_NONE;

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
	snprintf(words, WORDS_OPERATION, "%s%s%s", op_name(event->op), target[0] ? " " : "",
		target);
}

/* Operations on objects return an errno when they fail, as those of POSIX threads do. */
void words_add_result(const struct wire_event *event, char words[WORDS_OPERATION])
{
	size_t size = strlen(words);
	const char *name;

	if (event->object == WIRE_NONE || event->result <= 0)
		return;
	name = strerrorname_np(event->result);
	if (name)
		snprintf(words + size, WORDS_OPERATION - size, " = %s", name);
}
