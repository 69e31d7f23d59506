/* SPDX-License-Identifier: Apache-2.0 */
/* Scheduling points, waits and the clock of one execution; the contract is in core.h. */
#include "runtime/core/core.h"

#include "common/bug.h"
#include "common/bytes.h"
#include "common/hash.h"
#include "runtime/core/constraint.h"
#include "runtime/core/runnable.h"
#include "runtime/core/spin.h"

#define OBJECTS_INITIAL 64u
/* Small tables to begin with: an execution pays for each page that it touches. */
#define THREADS_INITIAL 32u
/*
 * A thread that has gone on for so long gives others a turn, whatever the strategy says: it may
 * be waiting for them in a way that looks like work. Its next turns are shorter, down to the
 * minimum.
 */
#define TURN_MAX 100000u
#define TURN_MIN 1000u
/* The same for timers, which would never fire while somebody can run. */
#define PATIENCE_MAX 65536u
#define PATIENCE_MIN 256u
/* Rounds in which threads only looked, or only slept, before it may be a livelock. */
#define FRUITLESS_ROUNDS 2000u
/* After these, those who spin look only in one round of so many while others sleep. */
#define FRUITLESS_LOOKS 64u
#define FRUITLESS_NS (UINT64_C(600) * 1000000000)
/* How far the clock moves in the first of these rounds, and when and how often that doubles. */
#define ROUND_NS UINT64_C(1000)
#define ROUNDS_PER_DOUBLING 16u
#define DOUBLINGS_MAX 36u

static void *table_copy(
	struct core *core, const void *table, size_t entry_size, uint32_t capacity)
{
	void *copy = arena_alloc(core->arena, capacity * entry_size);

	bytes_copy(copy, table, core->thread_capacity * entry_size);
	return copy;
}

static void tables_grow(struct core *core, uint32_t capacity)
{
	core->threads = table_copy(core, core->threads, sizeof(core->threads[0]), capacity);
	core->runnable = table_copy(core, core->runnable, sizeof(core->runnable[0]), capacity);
	core->timed = table_copy(core, core->timed, sizeof(core->timed[0]), capacity);
	core->last_event =
		table_copy(core, core->last_event, sizeof(core->last_event[0]), capacity);
	core->thread_capacity = capacity;
}

void core_init(struct core *core, const struct core_args *args)
{
	struct strategy_args strategy_args = args->strategy_args;

	bytes_fill(core, 0, sizeof(*core));
	core->arena = args->arena;
	core->result = args->result;
	core->recorder = args->recorder;
	core->effort_limit =
		args->step_limit && args->step_limit < UINT64_MAX / EFFORT_OF_OPERATION
			? args->step_limit * EFFORT_OF_OPERATION
			: UINT64_MAX;
	core->patience = PATIENCE_MAX;
	tables_grow(core, THREADS_INITIAL);
	core->object_capacity = OBJECTS_INITIAL;
	core->bucket_mask = OBJECTS_INITIAL - 1;
	core->buckets = arena_alloc(core->arena, OBJECTS_INITIAL * sizeof(core->buckets[0]));
	core->objects = arena_alloc(core->arena, OBJECTS_INITIAL * sizeof(core->objects[0]));
	core->strategy = args->strategy;
	core->strategy_state = arena_alloc(core->arena, args->strategy->state_size + 1);
	strategy_args.arena = core->arena;
	if (args->count_occurrences || args->trace_area)
		trace_begin(&core->trace, core->arena, args->trace_area, args->trace_start);
	strategy_args.applied = &core->result->decisions_applied;
	/* A record has every choice, and constraints may take one away. */
	strategy_args.stays = core->recorder || args->constraint_count ? NULL : &core->stays;
	core->strategy->begin(core->strategy_state, &strategy_args);
	core->constraints =
		constraints_new(core->arena, args->constraints, args->constraint_count);
}

void core_explore(struct core *core, bool on)
{
	if (on == !core->idle_strategy)
		return;
	core->stays = 0;
	if (on) {
		core->strategy = core->idle_strategy;
		core->idle_strategy = NULL;
		core->trace.on = core->idle_trace;
		return;
	}
	core->idle_strategy = core->strategy;
	core->strategy = &strategy_sequential;
	core->idle_trace = core->trace.on;
	core->trace.on = false;
}

struct thread *core_thread_new(struct core *core, struct thread *parent)
{
	struct thread *thread;

	if (core->thread_count == CORE_THREADS_MAX)
		return NULL;
	if (core->thread_count == core->thread_capacity)
		tables_grow(core, core->thread_capacity * 2);
	thread = arena_alloc(core->arena, sizeof(*thread));
	thread->id = core->thread_count;
	thread->parent = parent ? parent->id : THREAD_NONE;
	thread->child_number = parent ? ++parent->children : 0;
	thread->path_hash = parent ? wire_path_child(parent->path_hash, thread->child_number)
				   : WIRE_PATH_MAIN;
	thread->state = THREAD_RUNNABLE;
	thread->op.kind = OP_THREAD_START;
	thread->wait.deadline_ns = DEADLINE_NEVER;
	thread->turn_max = TURN_MAX;
	core->threads[core->thread_count++] = thread;
	core->live_count++;
	core->result->threads_created = core->thread_count;
	thread->self_object = object_get(core, (uint64_t)(uintptr_t)thread, WIRE_OBJECT_THREAD);
	runnable_add(core, thread->id);
	if (!core->current)
		core->current = thread;
	return thread;
}

void core_fail(struct core *core, enum wire_verdict verdict, const struct thread *thread)
{
	if (core->result->verdict != WIRE_VERDICT_NONE)
		return;
	core->result->verdict = verdict;
	core->result->thread = thread ? thread->id : WIRE_NONE;
	core->result->pc = thread ? thread->op.pc : 0;
}

/* ---- the record and the running hashes ---- */

static __attribute__((noinline)) void record_operation(struct core *core, struct thread *self)
{
	struct wire_event event = {
		.pc = self->op.pc,
		.address = self->op.address,
		.thread = self->id,
		.object = self->op.object ? self->op.object->number : WIRE_NONE,
		.stack = WIRE_NONE,
		.result = (int32_t)self->op.size,
		.op = self->op.kind,
		.chosen = WIRE_NONE,
		.usual = WIRE_NONE,
	};

	event.stack = core->recorder->stack(core->recorder, self);
	core->last_event[self->id] = core->recorder->event(core->recorder, &event);
}

static __attribute__((noinline)) void record_decision(struct core *core,
	const struct thread *self, enum wire_decision_kind kind, uint64_t value,
	const struct choice *choice)
{
	struct wire_event event = {
		.pc = self->op.pc,
		.address = self->op.address,
		.value = value,
		.thread = self->id,
		.object = self->op.object ? self->op.object->number : WIRE_NONE,
		.stack = WIRE_NONE,
		.op = self->op.kind,
		.decision = (uint16_t)kind,
		.chosen = choice ? (uint32_t)value : WIRE_NONE,
		.usual = choice ? choice->usual : WIRE_NONE,
	};

	if (choice && choice->usual != (uint32_t)value)
		event.stack = core->recorder->stack(core->recorder, self);
	core->recorder->event(core->recorder, &event);
}

static inline void hash_operation(struct core *core, const struct thread *self)
{
	const struct operation *op = &self->op;
	uint64_t who = ((uint64_t)self->id << 16) | op->kind;
	struct object *object = op->object;

	if (!object) {
		core->result->hash = hash_fold(core->result->hash, who);
		return;
	}
	core->result->hash =
		hash_fold(core->result->hash, who ^ ((uint64_t)object->number << 32));
	core->result->behaviour ^= hash_mix(object->order + object->number);
	object->order = hash_fold(object->order, who);
	core->result->behaviour ^= hash_mix(object->order + object->number);
}

/* ---- the trace ---- */

static uint32_t trace_flags(const struct thread *thread)
{
	uint32_t flags = 0;

	if (!thread->at_point)
		flags |= WIRE_STEP_RESUMED;
	if (!thread->at_point && thread->wait.result == WAIT_TIMED_OUT)
		flags |= WIRE_STEP_TIMED_OUT;
	if (thread->wait.deadline_ns != DEADLINE_NEVER)
		flags |= WIRE_STEP_TIMED;
	return flags;
}

static __attribute__((noinline)) void trace_going_on(struct core *core, struct thread *thread)
{
	bool done = thread->op.kind == OP_THREAD_CREATE && !thread->at_point;

	if (core->trace.steps && !done)
		trace_step(&core->trace, thread, trace_flags(thread));
	thread->at_point = false;
}

static __attribute__((noinline)) void trace_arrival(struct core *core, struct thread *self)
{
	self->op.occurrence = trace_occurrence(&core->trace, self, self->op.pc);
	self->at_point = true;
	/* Done already, unlike other operations at their points; the new thread may go first.
	 */
	if (self->op.kind == OP_THREAD_CREATE)
		trace_going_on(core, self);
}

/* The thread goes on, from a point or from waiting. */
static inline __attribute__((always_inline)) struct thread *go_on(
	struct core *core, struct thread *thread)
{
	if (__builtin_expect(core->trace.on, 0))
		trace_going_on(core, thread);
	return thread;
}

void core_plain_access(struct core *core, struct thread *self, const struct operation *access)
{
	struct operation op = self->op;

	self->op = *access;
	self->op.occurrence = trace_occurrence(&core->trace, self, access->pc);
	if (core->trace.steps && core->thread_count > 1)
		trace_step(&core->trace, self, WIRE_STEP_PLAIN);
	self->op = op;
}

/* ---- choosing ---- */

static inline __attribute__((always_inline)) struct thread *pick(
	struct core *core, struct thread *self, uint32_t kind, thread_id usual)
{
	struct choice choice = {
		.threads = core->threads,
		.candidates = core->runnable,
		.count = core->runnable_count,
		.usual = usual,
		.current = self->id,
		.kind = kind,
	};
	thread_id chosen;

	if (__builtin_expect(core->constraints != NULL, 0))
		constraints_filter(core->constraints, &choice);
	chosen = choice.usual;
	if (choice.count > 1 || kind == WIRE_DECISION_NEXT)
		chosen = core->strategy->pick(core->strategy_state, &choice);
	if (choice.count > 1)
		core->result->decisions++;
	if (core->recorder && (choice.count > 1 || kind == WIRE_DECISION_NEXT))
		record_decision(core, self, (enum wire_decision_kind)kind, chosen, &choice);
	if (chosen != self->id) {
		core->turn = 0;
		core->result->switches++;
		core->result->preemptions += kind == WIRE_DECISION_PREEMPT;
		core->result->hash = hash_fold(core->result->hash, chosen);
	}
	core->current = core->threads[chosen];
	return go_on(core, core->current);
}

/* A timer may fire before its time has come: others are just slow. In the end it does. */
static __attribute__((noinline)) void maybe_fire_timer(struct core *core, struct thread *self)
{
	if (core_draw(core, self, WIRE_DECISION_TIMEOUT, 2)) {
		core_advance(core);
	} else if (++core->timers_waited > core->patience) {
		if (core->patience > PATIENCE_MIN)
			core->patience /= 2;
		core_advance(core);
	}
}

/*
 * The same where a thread begins to wait. Who can go on then may be so slow that a timer's time
 * comes before, even if it is the only one.
 */
static __attribute__((noinline)) void maybe_fire_timer_first(
	struct core *core, struct thread *self)
{
	uint32_t value =
		core->strategy->draw(core->strategy_state, self, WIRE_DECISION_TIMEOUT, 2);

	core->result->early_asked++;
	if (core->recorder)
		record_decision(core, self, WIRE_DECISION_TIMEOUT, value, NULL);
	if (!value)
		return;
	core->result->early++;
	core->result->hash = hash_fold(core->result->hash, value);
	core_advance(core);
}

static bool turn_is_over(struct core *core, struct thread *self)
{
	if (++core->turn <= self->turn_max)
		return false;
	if (self->turn_max / 2 >= TURN_MIN)
		self->turn_max /= 2;
	return true;
}

struct operation *core_operation(struct core *core, struct thread *self)
{
	spin_settle(core, self);
	return &self->op;
}

static inline bool is_plain(enum op_kind kind)
{
	return kind == OP_READ || kind == OP_WRITE;
}

/* Inline, for core_access() is the hottest path there is. */
static inline __attribute__((always_inline)) struct thread *come_to_point(
	struct core *core, struct thread *self)
{
	core->result->steps++;
	core->effort += is_plain(self->op.kind) ? 1 : EFFORT_OF_OPERATION;
	if (__builtin_expect(core->effort > core->effort_limit, 0)) {
		core_fail(core, WIRE_VERDICT_STEP_LIMIT, self);
		return NULL;
	}
	hash_operation(core, self);
	if (__builtin_expect(core->recorder != NULL, 0))
		record_operation(core, self);
	if (__builtin_expect(core->trace.on, 0))
		trace_arrival(core, self);
	if (core->strategy->observe)
		core->strategy->observe(core->strategy_state, self);
	if (__builtin_expect(core->constraints != NULL, 0))
		constraints_arrive(core->constraints, self);
	if (__builtin_expect(core->timed_count, 0) && !core->timers_held)
		maybe_fire_timer(core, self);
	if (__builtin_expect(spin_recognised(self), 0)) {
		spin_set_aside(core, self);
		return core_next(core, self);
	}
	if (self->unpreemptible || (core->runnable_count == 1 && !core->spinning_count))
		return go_on(core, self);
	if (turn_is_over(core, self)) {
		spin_release_all(core);
		return core_yield(core, self);
	}
	if (core->runnable_count == 1)
		return go_on(core, self);
	if (core->stays) {
		core->stays--;
		core->result->decisions++;
		return go_on(core, self);
	}
	return pick(core, self, WIRE_DECISION_PREEMPT, self->id);
}

struct thread *core_point(struct core *core, struct thread *self)
{
	return come_to_point(core, self);
}

struct thread *core_access(struct core *core, struct thread *self, enum op_kind kind,
	uint64_t address, uint32_t size, uint64_t pc)
{
	struct operation *op = core_operation(core, self);

	op->address = address;
	op->pc = pc;
	op->object = NULL;
	op->size = size;
	op->kind = (uint16_t)kind;
	return come_to_point(core, self);
}

struct thread *core_next(struct core *core, struct thread *self)
{
	if (core->runnable_count == 0)
		return NULL;
	if (__builtin_expect(core->timed_count, 0) && !core->timers_held &&
		self->state == THREAD_WAITING)
		maybe_fire_timer_first(core, self);
	return pick(core, self, WIRE_DECISION_NEXT, runnable_after(core, self->id));
}

struct thread *core_yield(struct core *core, struct thread *self)
{
	struct thread *next;

	if (core->runnable_count <= 1)
		return go_on(core, self);
	runnable_remove(core, self->id);
	next = core_next(core, self);
	runnable_add(core, self->id);
	return next;
}

uint32_t core_draw(
	struct core *core, struct thread *self, enum wire_decision_kind kind, uint32_t bound)
{
	uint32_t value = core->strategy->draw(core->strategy_state, self, kind, bound);

	BUG_ON(value && value >= bound);
	if (kind == WIRE_DECISION_TIMEOUT || kind == WIRE_DECISION_SPURIOUS) {
		core->result->early_asked++;
		core->result->early += value != 0;
	}
	core->result->hash = hash_fold(core->result->hash, value);
	if (core->recorder)
		record_decision(core, self, kind, value, NULL);
	return value;
}

/* ---- waiting ---- */

static void timed_add(struct core *core, struct thread *thread)
{
	if (core->timed_count == 0)
		core->timers_waited = 0;
	thread->timed = true;
	thread->timed_index = core->timed_count;
	core->timed[core->timed_count++] = thread;
}

static void timed_remove(struct core *core, struct thread *thread)
{
	struct thread *last = core->timed[--core->timed_count];

	core->timed[thread->timed_index] = last;
	last->timed_index = thread->timed_index;
	thread->timed = false;
}

static void queue_append(struct object *object, struct thread *thread)
{
	thread->wait.next = NULL;
	thread->wait.previous = object->last;
	if (object->last)
		object->last->wait.next = thread;
	else
		object->first = thread;
	object->last = thread;
	object->waiter_count++;
	thread->wait.linked = true;
}

static void queue_remove(struct object *object, struct thread *thread)
{
	if (thread->wait.previous)
		thread->wait.previous->wait.next = thread->wait.next;
	else
		object->first = thread->wait.next;
	if (thread->wait.next)
		thread->wait.next->wait.previous = thread->wait.previous;
	else
		object->last = thread->wait.previous;
	object->waiter_count--;
	thread->wait.linked = false;
}

/* Whom an rwlock lets through depends on who else waits for it. */
static void waiters_changed(struct core *core, struct object *object)
{
	if (object && object->kind == WIRE_OBJECT_RWLOCK)
		object_update(core, object);
}

void core_wait(
	struct core *core, struct thread *self, struct object *object, uint64_t deadline_ns)
{
	self->wait.object = object;
	self->wait.deadline_ns = deadline_ns;
	self->wait.result = WAIT_WOKEN;
	self->wait.enabled = false;
	self->wait.decided = false;
	self->state = THREAD_WAITING;
	runnable_remove(core, self->id);
	if (object)
		queue_append(object, self);
	if (deadline_ns != DEADLINE_NEVER)
		timed_add(core, self);
	if (object && object_admits(object, self))
		object_update(core, object);
	waiters_changed(core, object);
}

void core_move(struct thread *thread, struct object *to)
{
	BUG_ON(!thread->wait.linked);
	queue_remove(thread->wait.object, thread);
	thread->wait.object = to;
	queue_append(to, thread);
}

void core_wake(struct core *core, struct thread *thread, enum wait_result result)
{
	BUG_ON(thread->state == THREAD_FINISHED);
	if (thread->wait.decided)
		return;
	thread->wait.decided = true;
	thread->wait.result = result;
	if (thread->timed)
		timed_remove(core, thread);
	if (!thread->wait.enabled) {
		thread->wait.enabled = true;
		thread->state = THREAD_RUNNABLE;
		runnable_add(core, thread->id);
	}
	waiters_changed(core, thread->wait.object);
}

enum wait_result core_wait_end(struct core *core, struct thread *self)
{
	if (self->timed)
		timed_remove(core, self);
	if (self->wait.linked)
		queue_remove(self->wait.object, self);
	self->wait.object = NULL;
	self->wait.deadline_ns = DEADLINE_NEVER;
	self->wait.interruptible = false;
	return (enum wait_result)self->wait.result;
}

static struct thread *earliest(const struct core *core)
{
	struct thread *first = core->timed[0];

	for (uint32_t i = 1; i < core->timed_count; i++) {
		struct thread *t = core->timed[i];

		if (t->wait.deadline_ns < first->wait.deadline_ns ||
			(t->wait.deadline_ns == first->wait.deadline_ns && t->id < first->id))
			first = t;
	}
	return first;
}

static void clock_move_to(struct core *core, uint64_t time_ns)
{
	if (time_ns > core->now_ns)
		core->now_ns = time_ns;
	core->result->virtual_ns = core->now_ns;
}

bool core_advance(struct core *core)
{
	struct thread *thread;

	if (core->timed_count == 0)
		return false;
	core->timers_waited = 0;
	thread = earliest(core);
	clock_move_to(core, thread->wait.deadline_ns);
	core_wake(core, thread, WAIT_TIMED_OUT);
	return true;
}

/* Those who spin may be looking at the clock: it moves, but over nobody's deadline. */
static void spinners_look(struct core *core)
{
	uint32_t doublings = core->fruitless / ROUNDS_PER_DOUBLING;
	uint64_t time_ns;

	if (doublings > DOUBLINGS_MAX)
		doublings = DOUBLINGS_MAX;
	time_ns = core->now_ns + (ROUND_NS << doublings);
	if (core->timed_count && time_ns > earliest(core)->wait.deadline_ns)
		time_ns = earliest(core)->wait.deadline_ns;
	clock_move_to(core, time_ns);
	spin_release_all(core);
}

/*
 * Whether those who spin have come back to an earlier state: it is compared with one that is
 * kept for ever longer, so that a cycle of any length is found (Brent's algorithm).
 */
static void note_private_state(struct core *core, uint64_t private_state)
{
	if (core->fruitless == 0) {
		core->repeating = false;
		core->private_states = 0;
		core->fruitless_since_ns = core->now_ns;
	}
	if (!private_state)
		return;
	if (core->private_states && core->private_state == private_state)
		core->repeating = true;
	if ((core->private_states & (core->private_states - 1)) == 0)
		core->private_state = private_state;
	core->private_states++;
}

static bool nothing_will_change(const struct core *core)
{
	if (core->fruitless < FRUITLESS_ROUNDS)
		return false;
	if (core->timed_count == 0)
		return core->repeating;
	return core->now_ns - core->fruitless_since_ns > FRUITLESS_NS;
}

static bool spinners_turn(const struct core *core)
{
	if (core->spinning_count == 0 || core->timed_count == 0)
		return core->spinning_count != 0;
	if (core->fruitless > FRUITLESS_ROUNDS)
		return core->fruitless % FRUITLESS_LOOKS == 0;
	return !core->spinners_looked;
}

bool core_pass_time(struct core *core, uint64_t private_state)
{
	bool spinners = spinners_turn(core);

	note_private_state(core, private_state);
	if (nothing_will_change(core))
		return false;
	core->fruitless++;
	core->patience = PATIENCE_MAX;
	core->spinners_looked = spinners;
	if (!spinners)
		return core_advance(core);
	spinners_look(core);
	return true;
}

void core_finish(struct core *core, struct thread *self)
{
	spin_settle(core, self);
	runnable_remove(core, self->id);
	self->state = THREAD_FINISHED;
	self->op.kind = OP_THREAD_EXIT;
	core->live_count--;
	core->fruitless = 0;
	self->self_object->value = 1;
	object_update(core, self->self_object);
	spin_release_all(core);
}

void core_unchanged(struct thread *self)
{
	self->op.unchanged = true;
}

void core_result(struct core *core, struct thread *self, int32_t result)
{
	if (core->recorder && core->last_event[self->id] != WIRE_NONE)
		core->recorder->result(core->recorder, core->last_event[self->id], result);
	core->result->hash = hash_fold(core->result->hash, (uint32_t)result);
}

uint32_t core_waiter_count(const struct object *object)
{
	uint32_t count = 0;

	for (const struct thread *t = object->first; t; t = t->wait.next)
		count += !t->wait.decided;
	return count;
}

struct thread *core_waiter(const struct object *object, uint32_t index)
{
	for (struct thread *t = object->first; t; t = t->wait.next)
		if (!t->wait.decided && index-- == 0)
			return t;
	return NULL;
}
