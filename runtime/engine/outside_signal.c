/* SPDX-License-Identifier: Apache-2.0 */
/* Who may yet be helped by a handler; see outside_signal.h. */
#include "runtime/engine/outside_signal.h"

#include "runtime/engine/external.h"
#include "runtime/engine/runtime.h"

/* Waits that a handler can end: what it may call is async-signal-safe. */
static bool handler_may_end(const struct object *object)
{
	switch (object->kind) {
	case WIRE_OBJECT_SEM:
	case WIRE_OBJECT_FD:
	case WIRE_OBJECT_FUTEX:
	case WIRE_OBJECT_FILE_LOCK:
	case WIRE_OBJECT_SIGNAL:
		return true;
	default:
		return false;
	}
}

static const struct thread *thread_of(const struct core *core, const struct object *object)
{
	for (uint32_t i = 0; i < core->thread_count; i++)
		if (core->threads[i]->self_object == object)
			return core->threads[i];
	return NULL;
}

/* Whether a thread that waits for the object may go on once those marked in `helped` do. */
static bool others_may_end(
	const struct core *core, const struct object *object, const bool *helped, bool any)
{
	const struct thread *joined;

	if (object->kind == WIRE_OBJECT_THREAD) {
		joined = thread_of(core, object);
		return joined && helped[joined->id];
	}
	/* Anybody may signal a condition variable or come to a barrier. */
	if (!object->holders)
		return any;
	for (const struct holder *h = object->holders; h; h = h->next)
		if (!helped[h->thread])
			return false;
	return true;
}

/* Marks one more thread. Returns false when there is none to be marked. */
static bool mark_next(const struct core *core, bool *helped, bool *any)
{
	for (uint32_t i = 0; i < core->thread_count; i++) {
		const struct thread *thread = core->threads[i];
		const struct object *object = thread->wait.object;

		if (thread->state != THREAD_WAITING || helped[i] || !object)
			continue;
		if (!handler_may_end(object) && !others_may_end(core, object, helped, *any))
			continue;
		helped[i] = *any = true;
		return true;
	}
	return false;
}

bool outside_signal_may_help(const struct core *core)
{
	bool *helped, any = false, all = true;

	if (!runtime.handler_may_run || !runtime.handler_may_run())
		return false;
	helped = arena_alloc(core->arena, core->thread_count * sizeof(*helped));
	while (mark_next(core, helped, &any))
		;
	for (uint32_t i = 0; i < core->thread_count; i++)
		all &= core->threads[i]->state == THREAD_FINISHED || helped[i];
	return any && all;
}

/* A handler ran outside of weft: what it posted shows in the program's memory only. */
static bool take_posts(struct core *core)
{
	bool woken = false;

	for (uint32_t i = 0; i < core->thread_count; i++) {
		struct object *object = core->threads[i]->wait.object;
		uint32_t count;

		if (core->threads[i]->state != THREAD_WAITING || !object ||
			object->kind != WIRE_OBJECT_SEM)
			continue;
		/* glibc on 64 bits: the count is the first half of the first word. */
		count = __atomic_load_n(
			(const uint32_t *)(uintptr_t)object->address, __ATOMIC_ACQUIRE);
		if (count == object->value)
			continue;
		object->value = count;
		object_update(core, object);
		woken = true;
	}
	return woken;
}

void outside_signal_wait(struct core *core)
{
	core->result->limits |= WIRE_LIMIT_EXTERNAL_INPUT | WIRE_LIMIT_SIGNAL_AWAITED;
	while (!external_wait_signal(core) && !take_posts(core))
		;
	core->result->limits &= ~(uint32_t)WIRE_LIMIT_SIGNAL_AWAITED;
}
