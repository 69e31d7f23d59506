/* SPDX-License-Identifier: Apache-2.0 */
/* The state in which an execution ended: who stands where, who holds what. See record.h. */
#include "common/bytes.h"
#include "runtime/record/record.h"

/* Writes `number` at the end of `text`, which has room for it. */
static void append_number(char *text, uint32_t number)
{
	char digits[12];
	int count = 0;

	do {
		digits[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	text += string_len(text);
	while (count)
		*text++ = digits[--count];
	*text = '\0';
}

#define PATH_DEPTH_MAX 64u
#define PATH_NUMBER_LEN 11u /* a dot and the digits of a uint32_t */

void record_path(const struct core *core, const struct thread *thread, char *path, size_t size)
{
	uint32_t numbers[PATH_DEPTH_MAX];
	uint32_t depth = 0;

	for (; thread->parent != THREAD_NONE && depth < PATH_DEPTH_MAX;
		thread = core->threads[thread->parent])
		numbers[depth++] = thread->child_number;
	string_copy(path, "main", size);
	while (depth && string_len(path) + PATH_NUMBER_LEN + 1 < size) {
		string_copy(path + string_len(path), ".", 2);
		append_number(path, numbers[--depth]);
	}
}

static uint32_t wire_state(const struct thread *thread)
{
	switch ((enum thread_state)thread->state) {
	case THREAD_WAITING:
		return WIRE_THREAD_WAITING;
	case THREAD_FINISHED:
		return WIRE_THREAD_FINISHED;
	default:
		return WIRE_THREAD_RUNNABLE;
	}
}

void record_threads(
	struct wire_region *region, const struct core *core, const struct thread_place *places)
{
	for (uint32_t i = 0; i < core->thread_count; i++) {
		const struct thread *thread = core->threads[i];
		struct wire_thread *out =
			record_reserve(region, WIRE_AREA_THREADS, sizeof(*out));

		if (!out)
			return;
		record_path(core, thread, out->path, sizeof(out->path));
		string_copy(out->name, thread->name, sizeof(out->name));
		out->create_pc = thread->create_pc;
		out->start_routine = thread->start_routine;
		out->wait_deadline_ns = thread->wait.deadline_ns;
		out->pc = thread->op.pc;
		out->parent = thread->parent;
		out->state = wire_state(thread);
		out->wait_object = thread->state == THREAD_WAITING && thread->wait.object
					   ? thread->wait.object->number
					   : WIRE_NONE;
		out->op = thread->op.kind;
		out->stack = places[i].stack;
		out->stack_low = places[i].bounds.low;
		out->stack_high = places[i].bounds.high;
		out->thread_pointer = places[i].bounds.thread_pointer;
		out->spinning = thread->state == THREAD_SPINNING;
	}
}

static void record_object(struct wire_object *out, const struct object *object)
{
	uint32_t index = 0;

	out->address = object->address;
	out->kind = object->kind;
	out->number = object->number;
	out->holder_count = object->holder_count;
	out->waiter_count = object->waiter_count;
	out->value = object->value;
	out->limit = object->limit;
	for (const struct holder *h = object->holders; h && index < WIRE_HOLDERS; h = h->next) {
		out->holders[index] = h->thread;
		out->holder_stacks[index] = h->stack;
		out->holder_pcs[index] = h->pc;
		index++;
	}
}

void record_objects(struct wire_region *region, const struct core *core)
{
	for (uint32_t i = 0; i < core->object_count; i++) {
		struct wire_object *out =
			record_reserve(region, WIRE_AREA_OBJECTS, sizeof(*out));

		if (!out)
			return;
		bytes_fill(out, 0, sizeof(*out));
		record_object(out, core->objects[i]);
	}
}
