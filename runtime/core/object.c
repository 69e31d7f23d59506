/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of objects, who holds them, and the one rule per kind that says whom an object's
 * state lets through. Everything that blocks in weft blocks on these rules.
 */
#include "runtime/core/object.h"

#include "common/bug.h"
#include "common/hash.h"
#include "runtime/core/core.h"
#include "runtime/core/runnable.h"

#define STRETCH_SHIFT 6u

/* Those that lie in the program's memory; others have numbers for addresses. */
static bool lies_in_memory(uint32_t kind)
{
	return kind >= WIRE_OBJECT_MUTEX && kind <= WIRE_OBJECT_FUTEX;
}

/* Objects that lie close together share a bucket, so that all in a stretch can be found. */
static uint32_t bucket_of(const struct core *core, uint64_t address, uint32_t kind)
{
	uint64_t key =
		lies_in_memory(kind) ? (address >> STRETCH_SHIFT) * 32 : address * 32 + kind;

	return (uint32_t)hash_mix(key) & core->bucket_mask;
}

struct object *object_find(struct core *core, uint64_t address, enum wire_object_kind kind)
{
	struct object *object = core->buckets[bucket_of(core, address, kind)];

	while (object && (object->address != address || object->kind != (uint32_t)kind))
		object = object->next_in_bucket;
	return object;
}

static void table_grow(struct core *core)
{
	uint32_t capacity = core->object_capacity * 2;
	struct object **objects = arena_alloc(core->arena, capacity * sizeof(objects[0]));

	core->buckets = arena_alloc(core->arena, capacity * sizeof(core->buckets[0]));
	core->bucket_mask = capacity - 1;
	for (uint32_t i = 0; i < core->object_count; i++) {
		struct object *object = core->objects[i];
		uint32_t bucket = bucket_of(core, object->address, object->kind);

		objects[i] = object;
		if (object->forgotten)
			continue;
		object->next_in_bucket = core->buckets[bucket];
		core->buckets[bucket] = object;
	}
	core->objects = objects;
	core->object_capacity = capacity;
}

struct object *object_get(struct core *core, uint64_t address, enum wire_object_kind kind)
{
	struct object *object = object_find(core, address, kind);
	uint32_t bucket;

	if (object)
		return object;
	if (core->object_count == core->object_capacity)
		table_grow(core);
	object = arena_alloc(core->arena, sizeof(*object));
	object->address = address;
	object->kind = kind;
	object->number = core->object_count;
	core->objects[core->object_count++] = object;
	bucket = bucket_of(core, address, kind);
	object->next_in_bucket = core->buckets[bucket];
	core->buckets[bucket] = object;
	return object;
}

static void forget_in(struct object **link, struct core *core, uint64_t low, uint64_t high)
{
	while (*link) {
		struct object *object = *link;

		if (!lies_in_memory(object->kind) || object->first || object->address < low ||
			object->address >= high) {
			link = &object->next_in_bucket;
			continue;
		}
		*link = object->next_in_bucket;
		object->forgotten = true;
		while (object->holders) {
			object->holders->depth = 1;
			object_release(core, object, object->holders->thread);
		}
	}
}

void objects_forget(struct core *core, uint64_t address, uint64_t size)
{
	uint64_t end = address + size;

	if (size >> STRETCH_SHIFT > core->bucket_mask) {
		for (uint32_t i = 0; i <= core->bucket_mask; i++)
			forget_in(&core->buckets[i], core, address, end);
		return;
	}
	for (uint64_t at = address; at < end; at = ((at >> STRETCH_SHIFT) + 1) << STRETCH_SHIFT)
		forget_in(&core->buckets[bucket_of(core, at, WIRE_OBJECT_MUTEX)], core, address,
			end);
}

void object_reset(struct object *object)
{
	BUG_ON(object->first);
	object->holder_count = 0;
	object->holders = NULL;
	object->flags = 0;
	object->value = 0;
	object->limit = 0;
	object->generation = 0;
	object->extra = 0;
	object->initialised = false;
}

struct holder *object_holder(const struct object *object, thread_id thread)
{
	struct holder *holder = object->holders;

	while (holder && holder->thread != thread)
		holder = holder->next;
	return holder;
}

void object_hold(struct core *core, struct object *object, struct thread *thread)
{
	struct holder *holder = object_holder(object, thread->id);

	if (holder) {
		holder->depth++;
		return;
	}
	holder = core->free_holders;
	if (holder)
		core->free_holders = holder->next;
	else
		holder = arena_alloc(core->arena, sizeof(*holder));
	holder->thread = thread->id;
	holder->depth = 1;
	holder->pc = thread->op.pc;
	holder->stack =
		core->recorder ? core->recorder->stack(core->recorder, thread) : WIRE_NONE;
	holder->next = object->holders;
	object->holders = holder;
	object->holder_count++;
	thread->held++;
}

bool object_release(struct core *core, struct object *object, thread_id thread)
{
	struct holder **link = &object->holders;
	struct holder *holder;

	while (*link && (*link)->thread != thread)
		link = &(*link)->next;
	holder = *link;
	if (!holder || --holder->depth)
		return false;
	*link = holder->next;
	holder->next = core->free_holders;
	core->free_holders = holder;
	object->holder_count--;
	core->threads[thread]->held--;
	return true;
}

static bool writer_waits(const struct object *object)
{
	for (const struct thread *t = object->first; t; t = t->wait.next)
		if (t->wait.mode == RWLOCK_WRITE && !t->wait.decided)
			return true;
	return false;
}

bool rwlock_free_for(const struct object *object, enum rwlock_mode mode)
{
	/* value is 1 while a writer holds it: then its only holder is that writer. */
	if (mode == RWLOCK_WRITE)
		return object->holder_count == 0;
	if (object->value)
		return false;
	return object->flags != RWLOCK_PREFER_WRITER || !writer_waits(object);
}

bool object_admits(const struct object *object, const struct thread *thread)
{
	switch ((enum wire_object_kind)object->kind) {
	case WIRE_OBJECT_MUTEX:
	case WIRE_OBJECT_SPIN:
	case WIRE_OBJECT_STREAM:
	case WIRE_OBJECT_LOADER:
		return object->holder_count == 0;
	case WIRE_OBJECT_RWLOCK:
		return rwlock_free_for(object, (enum rwlock_mode)thread->wait.mode);
	case WIRE_OBJECT_SEM:
		return object->value > 0;
	case WIRE_OBJECT_BARRIER:
		return object->generation != (uint32_t)thread->wait.key;
	case WIRE_OBJECT_ONCE:
		return object->value != 1;
	case WIRE_OBJECT_THREAD:
		return object->value == 1;
	default:
		/* Told explicitly by core_wake(): condition variables, futexes, descriptors ...
		 */
		return false;
	}
}

void object_update(struct core *core, struct object *object)
{
	for (struct thread *t = object->first; t; t = t->wait.next) {
		bool enabled = t->wait.decided || object_admits(object, t);

		if (enabled == t->wait.enabled)
			continue;
		t->wait.enabled = enabled;
		if (enabled) {
			t->state = THREAD_RUNNABLE;
			runnable_add(core, t->id);
		} else {
			t->state = THREAD_WAITING;
			runnable_remove(core, t->id);
		}
	}
}
