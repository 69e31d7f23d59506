/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state machine of one execution: threads, objects, wait queues, the virtual clock and the
 * decisions among them. It switches nothing and calls nothing but the strategy and the
 * recorder: each function says who runs next, and the engine makes it so. Only the running
 * thread calls it, so it needs no lock; it is an ordinary library and is tested as one.
 *
 * An operation goes like this: core_operation(), core_point() (a scheduling point: someone else
 * may be named), then try it; when it can't be done, core_wait() and core_next(), and when the
 * thread is run again, core_wait_end() and try again.
 */
#ifndef WEFT_RUNTIME_CORE_CORE_H
#define WEFT_RUNTIME_CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/wire.h"
#include "runtime/core/arena.h"
#include "runtime/core/object.h"
#include "runtime/core/thread.h"
#include "runtime/core/trace.h"
#include "runtime/strategy/strategy.h"

/* Threads created in one execution, the ended ones included. */
#define CORE_THREADS_MAX 65536u

/* Where events go when an execution is recorded. Called with the core locked. */
struct recorder {
	/* Returns the event's index, or WIRE_NONE when there was no room. */
	uint32_t (*event)(struct recorder *recorder, const struct wire_event *event);
	void (*result)(struct recorder *recorder, uint32_t index, int32_t result);
	/* Keeps the running thread's stack; returns its offset or WIRE_NONE. */
	uint32_t (*stack)(struct recorder *recorder, const struct thread *thread);
};

struct core {
	struct arena *arena;
	struct wire_result
		*result; /* counters are kept here directly: the watchdog reads them */
	struct recorder *recorder; /* NULL: not recording */
	struct trace trace;
	struct thread **threads; /* by number */
	uint32_t thread_count;
	uint32_t thread_capacity; /* of the tables indexed by or filled with threads */
	uint32_t live_count;
	struct thread *current;
	thread_id *runnable; /* sorted by number */
	uint32_t runnable_count;
	uint32_t spinning_count;
	struct thread **timed; /* waits with a deadline, in no particular order */
	uint32_t timed_count;
	bool timers_held;      /* someone waits for the world outside: no timer fires early */
	uint64_t now_ns;       /* virtual monotonic clock */
	uint64_t effort_limit; /* see EFFORT_OF_OPERATION; UINT64_MAX: none */
	uint64_t effort;
	uint32_t turn;		/* points in a row of one thread while others could run */
	uint32_t timers_waited; /* points since a timer last fired, or could have */
	uint32_t patience;	/* how many of these are too many */
	uint32_t fruitless;	/* rounds in which everyone only observed or slept */
	uint64_t fruitless_since_ns;
	uint64_t private_state;	 /* of those who spin, in an earlier one of these rounds */
	uint32_t private_states; /* how many came */
	bool repeating;		 /* it came up again: they are as they were */
	bool spinners_looked;	 /* the last of these rounds was theirs */
	uint32_t *last_event;	 /* by thread: its operation's event, when recording */
	struct object **buckets;
	uint32_t bucket_mask;
	struct object **objects; /* by number */
	uint32_t object_count;
	uint32_t object_capacity;
	struct holder *free_holders;
	const struct strategy_ops *strategy;
	void *strategy_state;
	/* While it is not to be explored: what decides when it is, and whether that has a
	 * trace. */
	const struct strategy_ops *idle_strategy; /* NULL: it is explored */
	bool idle_trace;
	uint32_t stays; /* points to come at which the strategy stays with who runs */
	struct constraints *constraints; /* NULL: none */
};

/*
 * What counts for the step limit: a plain access, of which an innocent loop does many millions,
 * counts 1, and any other operation as much as this.
 */
#define EFFORT_OF_OPERATION 50u

struct core_args {
	struct arena *arena;
	struct wire_result *result;
	struct recorder *recorder;
	uint64_t step_limit;
	const struct strategy_ops *strategy;
	struct strategy_args strategy_args;
	bool count_occurrences;	      /* fill op.occurrence */
	struct wire_area *trace_area; /* NULL: no trace */
	void *trace_start;
	const struct wire_constraint *constraints;
	uint32_t constraint_count;
};

void core_init(struct core *core, const struct core_args *args);

/*
 * From here on the execution is explored, or it goes on as the sequential one: nothing is asked
 * of its strategy, nor traced.
 */
void core_explore(struct core *core, bool on);

/*
 * A new thread, runnable at OP_THREAD_START. `parent` is NULL for main. Returns NULL when
 * CORE_THREADS_MAX is reached.
 */
struct thread *core_thread_new(struct core *core, struct thread *parent);

/*
 * Accounts for the last operation of `self` and returns the place for its next: the caller
 * fills in every field, then comes core_point().
 */
struct operation *core_operation(struct core *core, struct thread *self);

/*
 * `self` has come to self->op. Returns who is to run now: often self. Returns NULL when the
 * execution is over: core->result->verdict says why.
 */
struct thread *core_point(struct core *core, struct thread *self);

/*
 * core_operation() and core_point() in one, for an access to memory; `size` in bytes. What it
 * returns is what core_point() returns.
 */
struct thread *core_access(struct core *core, struct thread *self, enum op_kind kind,
	uint64_t address, uint32_t size, uint64_t pc);

/*
 * `self` is about to do a plain access that is no scheduling point: for the trace, if that is
 * to have these too.
 */
void core_plain_access(struct core *core, struct thread *self, const struct operation *access);

/* Puts `self` to wait in the object's queue (NULL: for time alone). Then comes core_next(). */
void core_wait(
	struct core *core, struct thread *self, struct object *object, uint64_t deadline_ns);

/*
 * `self` can't go on: it waits, or has finished. Returns who runs now (self, when its wait is
 * already over), or NULL when nobody can: then the engine looks for outside events, then for
 * core_pass_time(), and asks again.
 */
struct thread *core_next(struct core *core, struct thread *self);

/* `self` could go on but gives way. Returns who runs now: self when there is no one else. */
struct thread *core_yield(struct core *core, struct thread *self);

/* `self` runs again: takes it out of the queue. Returns why it goes on. */
enum wait_result core_wait_end(struct core *core, struct thread *self);

/* Ends a thread's wait, as a signal, an interruption or a ready descriptor does. */
void core_wake(struct core *core, struct thread *thread, enum wait_result result);

/* Puts a waiting thread at the end of another object's queue; it goes on waiting. */
void core_move(struct thread *thread, struct object *to);

/* Jumps the clock to the earliest deadline and wakes whose it is. False when there is none. */
bool core_advance(struct core *core);

/*
 * Nobody can run but by the passing of time: by turns the earliest timer fires, and those who
 * spin look again, at a clock that moves on the faster the longer nothing else happens.
 * `private_state` is a hash over all that those who spin know, their registers and stacks; 0
 * while others sleep. False when there is nobody of either sort, or when nothing will ever
 * change, a livelock: those who spin are again just as they were, long after anything they
 * could see has changed; or for ten minutes, by the virtual clock, threads did nothing but
 * sleep and look.
 */
bool core_pass_time(struct core *core, uint64_t private_state);

void core_finish(struct core *core, struct thread *self);

/* The last operation of `self` turned out to change nothing. */
void core_unchanged(struct thread *self);

/* What the last operation of `self` returned, for the record. */
void core_result(struct core *core, struct thread *self, int32_t result);

/* A value in [0, bound) that the strategy decides at self's operation; 0 is the usual one. */
uint32_t core_draw(
	struct core *core, struct thread *self, enum wire_decision_kind kind, uint32_t bound);

/* Ends the execution with that verdict, unless it has one. */
void core_fail(struct core *core, enum wire_verdict verdict, const struct thread *thread);

/* The n-th waiter (0-based, in order of arrival) that has not been told to go on; NULL: none.
 */
struct thread *core_waiter(const struct object *object, uint32_t index);
uint32_t core_waiter_count(const struct object *object);

#endif
