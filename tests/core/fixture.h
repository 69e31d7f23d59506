/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core with a strategy, an arena and a recorder that keeps all events in memory, for tests
 * that call the core as an ordinary library. One thread at a time "runs": the test plays the
 * engine.
 */
#ifndef WEFT_TESTS_CORE_FIXTURE_H
#define WEFT_TESTS_CORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "runtime/core/core.h"

struct event_log {
	struct recorder recorder; /* first: the core gives it back */
	struct wire_event *events;
	uint32_t count;
	uint32_t capacity;
};

struct fixture {
	struct core core;
	struct arena arena;
	struct wire_result result;
	struct event_log log;
	void *block;
};

struct fixture_args {
	uint32_t strategy; /* enum wire_strategy */
	uint32_t depth;
	uint64_t seed;
	uint64_t step_estimate;
	uint64_t step_limit;
	bool record;
	/* Replay. Locations are for fixture_pc(): number n stands for exactly that code
	 * address. */
	const struct wire_decision *decisions;
	uint32_t decision_count;
	const struct wire_location *locations;
	uint32_t location_count;
};

void fixture_init(struct fixture *fixture, const struct fixture_args *args);
void fixture_release(struct fixture *fixture);

/* Sequential, nothing recorded. */
void fixture_init_plain(struct fixture *fixture);

/* `thread` comes to an operation at code address `pc`. Returns who runs now, as core_point().
 */
struct thread *fixture_arrive(struct fixture *fixture, struct thread *thread, enum op_kind kind,
	uint64_t address, uint64_t pc);

/* The same for an operation on an object. */
struct thread *fixture_arrive_at(struct fixture *fixture, struct thread *thread,
	enum op_kind kind, struct object *object, uint64_t pc);

/* Whether the thread is among those that may be chosen. */
bool fixture_is_runnable(const struct fixture *fixture, const struct thread *thread);

/*
 * What must hold between any two calls, of everything that can be reached: the runnable set is
 * sorted and complete, the counters count, a waiter is runnable exactly when something lets it
 * go on.
 */
void fixture_check(const struct fixture *fixture);

#endif
