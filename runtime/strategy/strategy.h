/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scheduling strategy: who runs next, and every other value an execution leaves open.
 *
 * Called with the core locked, so it may not allocate, block or call libc; its state is
 * `state_size` zeroed bytes that the core owns. What it answers may depend on nothing but its
 * arguments and its state, or executions would not repeat.
 */
#ifndef WEFT_RUNTIME_STRATEGY_STRATEGY_H
#define WEFT_RUNTIME_STRATEGY_STRATEGY_H

#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "runtime/core/thread.h"

struct arena;

struct strategy_args {
	uint64_t seed;
	uint32_t depth;		/* PCT: change points + 1 */
	uint64_t step_estimate; /* PCT: operations in an execution */
	struct arena *arena;	/* for tables whose size is not known beforehand */
	/* Replay: the decisions, sorted as in the file, and the locations that they name. */
	const struct wire_decision *decisions;
	uint32_t decision_count;
	const struct wire_location *locations;
	uint32_t location_count;
	uint32_t *applied;		    /* replay counts here the decisions that came up */
	const struct wire_request *request; /* for those that want to know more of it */
	/* Enumerate: enum wire_enumerate, the first choices, and where all are told. */
	uint32_t enumerate;
	const uint32_t *prefix;
	uint32_t prefix_count;
	struct wire_choice *choices;
	struct wire_area *choices_area; /* its length and whether it overflowed are kept */
	/*
	 * NULL, or where a strategy may say, when it has picked: so many choices of
	 * WIRE_DECISION_PREEMPT that come next have the current thread as the answer, and need
	 * not be asked. Counted down meanwhile; any other question may come in between.
	 */
	uint32_t *stays;
};

/*
 * Who may run next. `candidates` is sorted by thread number and not empty. `usual` is what an
 * execution without preemption does and always one of them: the current thread when it can go
 * on, else the next number, cyclically.
 */
struct choice {
	struct thread *const *threads; /* by number */
	const thread_id *candidates;
	uint32_t count;
	thread_id usual;
	thread_id current; /* who is at the operation; need not be a candidate */
	uint32_t kind;	   /* WIRE_DECISION_PREEMPT or WIRE_DECISION_NEXT */
};

struct strategy_ops {
	const char *name;
	size_t state_size;
	void (*begin)(void *state, const struct strategy_args *args);
	thread_id (*pick)(void *state, const struct choice *choice);
	/* A value in [0, bound) for the operation `thread` is at; 0 is the usual one. */
	uint32_t (*draw)(
		void *state, const struct thread *thread, uint32_t kind, uint32_t bound);
	/* `thread` has come to its next operation (thread->op); may be NULL. */
	void (*observe)(void *state, const struct thread *thread);
};

extern const struct strategy_ops strategy_sequential;
extern const struct strategy_ops strategy_random;
extern const struct strategy_ops strategy_pct;
extern const struct strategy_ops strategy_pos;
extern const struct strategy_ops strategy_replay;
extern const struct strategy_ops strategy_lockstep;
extern const struct strategy_ops strategy_delay;
extern const struct strategy_ops strategy_surw;
extern const struct strategy_ops strategy_driven;
extern const struct strategy_ops strategy_nonpreemptive;
extern const struct strategy_ops strategy_enumerate;

/* By enum wire_strategy; NULL for a number that is none. */
const struct strategy_ops *strategy_get(uint32_t number);

#endif
