/* SPDX-License-Identifier: Apache-2.0 */
/* Makes true what the core decides: switches, waits, and the end when nobody can go on. */
#include "runtime/engine/sched.h"

#include <errno.h>

#include "runtime/engine/ending.h"
#include "runtime/engine/external.h"
#include "runtime/engine/heap.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/outside_signal.h"
#include "runtime/engine/private_state.h"
#include "runtime/record/record.h"

/* What a look at the clock costs. */
#define CLOCK_TICK_NS 1000u

static _Noreturn void nobody_can_run(struct thread *self)
{
	struct core *core = &runtime.core;

	if (core->spinning_count || core->timed_count)
		core_fail(core, WIRE_VERDICT_LIVELOCK, self);
	else
		core_fail(core, WIRE_VERDICT_DEADLOCK, NULL);
	execution_end(self);
}

static bool pass_time(struct thread *self)
{
	struct core *core = &runtime.core;
	struct context here;
	uint64_t private_state = 0;

	if (core->timed_count == 0) {
		record_context_here(&here);
		private_state = private_state_hash(core, runtime.carrier, self, &here);
	}
	return core_pass_time(core, private_state);
}

/* Returns false when no signal could help: then it is known what this is. */
static bool await_signal(struct core *core)
{
	if (core->spinning_count || core->timed_count || !outside_signal_may_help(core))
		return false;
	outside_signal_wait(core);
	return true;
}

/* Somebody to run, when the core found none among the runnable. */
static struct thread *find_next(struct thread *self)
{
	struct core *core = &runtime.core;
	struct thread *next = NULL;

	while (!next) {
		if (core->result->verdict != WIRE_VERDICT_NONE)
			execution_end(self);
		if (!external_idle(core) && !pass_time(self) && !await_signal(core))
			nobody_can_run(self);
		next = core_next(core, self);
	}
	return next;
}

/* Before others can be chosen: what `self` holds of libc's is theirs to wait for. */
static inline void tell_inside(struct thread *self)
{
	if (__builtin_expect(self->inside != NULL, 0))
		runtime.hold_inside(self);
}

void sched_leave(struct thread *self, struct thread *next)
{
	if (!next) {
		next = find_next(self);
		if (next == self)
			return;
	}
	runtime.carrier->switch_to(self, next);
	if (__builtin_expect(runtime.switched != NULL, 0))
		runtime.switched(self);
}

static inline void go_on(struct thread *self, struct thread *next)
{
	if (next != self)
		sched_leave(self, next);
}

void sched_point(struct thread *self, enum op_kind kind, struct object *object)
{
	struct operation *op = core_operation(&runtime.core, self);

	tell_inside(self);
	if (__builtin_expect(self->interrupted != 0, 0))
		misuse_in_handler(self, kind, object);
	op->address = object ? object->address : 0;
	op->pc = self->forwarded_pc ? self->forwarded_pc : self->call_pc;
	op->object = object;
	op->size = 0;
	op->kind = (uint16_t)kind;
	op->unchanged = false;
	external_poll(&runtime.core);
	go_on(self, core_point(&runtime.core, self));
	/*
	 * While others ran, what is operated on may have been freed. Waking the waiters at an
	 * address does not touch what is there: a lock of one's own is let go of by a store,
	 * after which another thread may free it, and a wake.
	 */
	if (object && kind != OP_FUTEX_WAKE)
		heap_check(self, object->address, 1, kind, self->op.pc);
}

enum wait_result sched_wait(struct thread *self, struct object *object, uint64_t deadline_ns)
{
	/* What would interrupt the wait came before it. */
	if (self->wait.interruptible && (self->attention || self->cancelled)) {
		self->wait.interruptible = false;
		return WAIT_INTERRUPTED;
	}
	tell_inside(self);
	core_wait(&runtime.core, self, object, deadline_ns);
	go_on(self, core_next(&runtime.core, self));
	return core_wait_end(&runtime.core, self);
}

/* Lets `self` do in the program what it was interrupted for. */
static void attend(struct thread *self)
{
	uint64_t call_pc = self->call_pc;

	runtime_leave(self);
	runtime_self = NULL;
	self->call_pc = call_pc;
}

/* One wait of an acquisition. Returns 0 to try again, ETIMEDOUT or EINTR. */
static int acquire_wait(
	struct thread *self, struct object *object, const struct acquisition *what)
{
	enum wait_result woken;

	if (self->attention && !what->interruptible) {
		attend(self);
		return 0;
	}
	self->wait.mode = what->mode;
	self->wait.interruptible = what->interruptible;
	woken = sched_wait(self, object, what->deadline_ns);
	if (woken == WAIT_TIMED_OUT)
		return ETIMEDOUT;
	if (woken != WAIT_INTERRUPTED)
		return 0;
	if (what->interruptible)
		return EINTR;
	attend(self);
	return 0;
}

int sched_acquire(struct thread *self, struct object *object, const struct acquisition *what)
{
	int ended = 0, result;

	sched_point(self, what->op, object);
	while ((result = what->try(self, object)) == EBUSY) {
		if (ended || what->limit_error) {
			/* Those behind this waiter may go on without it. */
			object_update(&runtime.core, object);
			result = ended ? ended : what->limit_error;
			break;
		}
		ended = acquire_wait(self, object, what);
	}
	core_result(&runtime.core, self, result);
	return result;
}

void sched_yield_to_others(struct thread *self, enum op_kind op)
{
	sched_point(self, op, NULL);
	go_on(self, core_yield(&runtime.core, self));
}

enum wait_result sched_sleep(struct thread *self, uint64_t deadline_ns)
{
	return sched_wait(self, NULL, deadline_ns);
}

void sched_finish(struct thread *self, const bool *nobody_joins)
{
	struct core *core = &runtime.core;
	struct thread *next;

	core_finish(core, self);
	/* Not before: at its exit the thread still used the block, and could be detached. */
	if (*nobody_joins)
		runtime.carrier->block_put(self);
	next = core_next(core, self);
	runtime.carrier->finish(self, next ? next : find_next(self));
}

uint64_t sched_now(struct thread *self)
{
	struct core *core = &runtime.core;

	sched_point(self, OP_CLOCK, NULL);
	core->now_ns += CLOCK_TICK_NS;
	return core->now_ns;
}

void sched_fail(struct thread *self, enum wire_verdict verdict, const char *message)
{
	core_fail(&runtime.core, verdict, self);
	execution_message(message);
	execution_end(self);
}
