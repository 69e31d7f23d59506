/* SPDX-License-Identifier: Apache-2.0 */
/* Misuses into the shared region; see misuse.h. */
#include "runtime/engine/misuse.h"

#include "runtime/record/record.h"

/* Of one execution that are told. */
#define MISUSES_MAX 256u

static struct {
	struct wire_region *region;
	uint32_t count;
} state;

void misuse_begin(struct wire_region *region)
{
	state.region = region;
	state.count = 0;
}

static bool is_told(const struct wire_misuse *misuse)
{
	const struct wire_misuse *told = wire_area_at(state.region, WIRE_AREA_MISUSES);

	for (uint32_t i = 0; i < state.count; i++)
		if (told[i].kind == misuse->kind && told[i].pc == misuse->pc &&
			told[i].other_pc == misuse->other_pc)
			return true;
	return false;
}

/* The stack is kept when recording, of the running thread. */
static void tell(const struct wire_misuse *misuse, const struct thread *running)
{
	struct recorder *recorder = runtime.core.recorder;
	struct wire_misuse *place;

	if (!state.region || runtime.forked || state.count >= MISUSES_MAX || is_told(misuse))
		return;
	place = record_reserve(state.region, WIRE_AREA_MISUSES, sizeof(*place));
	if (!place)
		return;
	*place = *misuse;
	place->step = runtime.core.result->steps;
	if (recorder && running)
		place->stack = recorder->stack(recorder, running);
	state.count++;
}

static struct wire_misuse make(
	const struct thread *self, enum wire_misuse_kind kind, const struct object *object)
{
	return (struct wire_misuse){
		.pc = self->forwarded_pc ? self->forwarded_pc : self->call_pc,
		.address = object ? object->address : 0,
		.kind = kind,
		.thread = self->id,
		.object = object ? object->number : WIRE_NONE,
		.stack = WIRE_NONE,
		.other_thread = WIRE_NONE,
		.other_object = WIRE_NONE,
		.other_stack = WIRE_NONE,
	};
}

static void add_holder(struct wire_misuse *misuse, const struct holder *holder)
{
	misuse->other_thread = holder->thread;
	misuse->other_pc = holder->pc;
	misuse->other_stack = holder->stack;
}

static void add_waiter(struct wire_misuse *misuse, const struct thread *waiter)
{
	const struct core *core = &runtime.core;
	const struct wire_event *events;
	uint32_t event;

	misuse->other_thread = waiter->id;
	misuse->other_pc = waiter->op.pc;
	if (!core->recorder)
		return;
	event = core->last_event[waiter->id];
	events = wire_area_at(state.region, WIRE_AREA_EVENTS);
	if (event != WIRE_NONE)
		misuse->other_stack = events[event].stack;
}

/*
 * Somebody who is blocked on the object, and not only about to return: whom a barrier has let
 * through is not. Others who may go on still need it: a mutex to take it, a semaphore to count.
 */
static const struct thread *blocked_on(const struct object *object)
{
	const struct thread *waiter;

	for (uint32_t i = 0; (waiter = core_waiter(object, i)); i++)
		if (object->kind != WIRE_OBJECT_BARRIER || !waiter->wait.enabled)
			return waiter;
	return NULL;
}

void misuse_of(struct thread *self, enum wire_misuse_kind kind, const struct object *object)
{
	struct wire_misuse misuse = make(self, kind, object);
	const struct thread *waiter = blocked_on(object);

	if (object->holders)
		add_holder(&misuse, object->holders);
	else if (waiter)
		add_waiter(&misuse, waiter);
	tell(&misuse, self);
}

void misuse_check_destroy(struct thread *self, const struct object *object)
{
	if (object->holders)
		misuse_of(self, WIRE_MISUSE_DESTROY_HELD, object);
	else if (blocked_on(object))
		misuse_of(self, WIRE_MISUSE_DESTROY_WAITED, object);
}

void misuse_check_init(struct thread *self, const struct object *object)
{
	const struct thread *waiter = blocked_on(object);
	struct wire_misuse misuse;

	/* Who waits for it still uses it; who held it may have freed the memory since. */
	if (waiter) {
		misuse = make(self, WIRE_MISUSE_INIT_WAITED, object);
		add_waiter(&misuse, waiter);
		tell(&misuse, self);
	} else if (object->holders) {
		misuse_of(self, WIRE_MISUSE_INIT_HELD, object);
	}
}

void misuse_check_mutexes(
	struct thread *self, const struct object *cond, const struct object *mutex)
{
	const struct thread *waiter = core_waiter(cond, 0);
	struct wire_misuse misuse;

	/* The number of the mutex that waiters came with, plus one. */
	if (!waiter || cond->extra == mutex->number + 1)
		return;
	misuse = make(self, WIRE_MISUSE_COND_TWO_MUTEXES, cond);
	add_waiter(&misuse, waiter);
	misuse.other_object = (uint32_t)(cond->extra - 1);
	tell(&misuse, self);
}

static bool may_block(enum op_kind kind)
{
	switch (kind) {
	case OP_MUTEX_LOCK:
	case OP_RWLOCK_RDLOCK:
	case OP_RWLOCK_WRLOCK:
	case OP_SPIN_LOCK:
	case OP_COND_WAIT:
	case OP_SEM_WAIT:
	case OP_BARRIER_WAIT:
	case OP_THREAD_JOIN:
	case OP_ONCE:
		return true;
	default:
		return false;
	}
}

bool misuse_is_unsafe(uint32_t op)
{
	switch (op) {
	case OP_MUTEX_TRYLOCK:
	case OP_MUTEX_UNLOCK:
	case OP_RWLOCK_TRYLOCK:
	case OP_RWLOCK_UNLOCK:
	case OP_COND_SIGNAL:
	case OP_COND_BROADCAST:
	case OP_SPIN_TRYLOCK:
	case OP_SPIN_UNLOCK:
	case OP_THREAD_CREATE:
	case OP_STREAM_LOCK:
	case OP_STREAM_UNLOCK:
		return true;
	default:
		return may_block((enum op_kind)op);
	}
}

void misuse_in_handler(struct thread *self, enum op_kind kind, const struct object *object)
{
	struct wire_misuse misuse;

	if (!may_block(kind))
		return;
	misuse = make(self, WIRE_MISUSE_HANDLER_BLOCKS, object);
	misuse.op = self->interrupted;
	tell(&misuse, self);
}

static bool is_lock(const struct object *object)
{
	return object->kind == WIRE_OBJECT_MUTEX || object->kind == WIRE_OBJECT_RWLOCK ||
	       object->kind == WIRE_OBJECT_SPIN;
}

void misuse_check_end(struct thread *self, enum wire_misuse_kind kind)
{
	const struct core *core = &runtime.core;

	for (uint32_t i = 0; self->held && i < core->object_count; i++) {
		const struct object *object = core->objects[i];
		const struct holder *holder = object_holder(object, self->id);
		struct wire_misuse misuse;

		if (!holder || !is_lock(object))
			continue;
		misuse = make(self, kind, object);
		/* Its routine's first address, taken for the return address of a call in it. */
		if (kind == WIRE_MISUSE_THREAD_ENDS_HOLDING)
			misuse.pc = self->start_routine ? self->start_routine + 1 : 0;
		add_holder(&misuse, holder);
		tell(&misuse, NULL);
	}
}

void misuse_leaked(const struct thread *thread)
{
	struct wire_misuse misuse = make(thread, WIRE_MISUSE_THREAD_LEAK, thread->self_object);

	misuse.pc = thread->create_pc;
	tell(&misuse, NULL);
}
