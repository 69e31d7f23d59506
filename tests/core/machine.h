/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs small abstract programs over the core as the engine would, without any real thread: each
 * thread is a list of steps and a place in it. A model of its own (who owns which mutex, how
 * high each semaphore stands) is kept beside the core's, and both are compared all the time.
 */
#ifndef WEFT_TESTS_CORE_MACHINE_H
#define WEFT_TESTS_CORE_MACHINE_H

#include "fixture.h"

#define MACHINE_THREADS_MAX 16u
#define MACHINE_STEPS_MAX 24u
#define MACHINE_LOCATIONS (MACHINE_THREADS_MAX * (MACHINE_STEPS_MAX + 1))
#define MACHINE_NAMES 4u /* mutexes, variables, semaphores ...: of each kind */

enum step_kind {
	STEP_READ,	   /* variable */
	STEP_WRITE,	   /* sets the variable to `value` */
	STEP_CAS,	   /* sets a variable that is 0 to `value`, else changes nothing */
	STEP_SPIN,	   /* reads until the variable is not 0 */
	STEP_POLL_WRITE,   /* until it is not 0, while writing to memory of its own */
	STEP_COUNT,	   /* reads the variable `value` times, whatever it holds */
	STEP_COUNT_SLEEPS, /* sleeps a millisecond `value` times */
	STEP_POLL_YIELD,   /* the same, yielding in between; nobody sees the reads */
	STEP_POLL_SLEEP,   /* the same, sleeping `value` ns in between */
	STEP_POLL_CLOCK,   /* reads the clock until `value` ns have passed */
	STEP_YIELD,
	STEP_SLEEP, /* `value` ns */
	STEP_LOCK,  /* mutex */
	STEP_UNLOCK,
	STEP_RDLOCK, /* rwlock */
	STEP_WRLOCK, /* rwlock; gives up after `value` ns unless that is 0 */
	STEP_RWUNLOCK,
	STEP_SEM_WAIT, /* semaphore; gives up after `value` ns unless that is 0 */
	STEP_SEM_POST,
	STEP_COND_WAIT, /* condition variable, with the mutex of the same name, which is held */
	STEP_COND_SIGNAL,
	STEP_COND_BROADCAST,
	STEP_BARRIER, /* of `value` threads */
	STEP_SPAWN,   /* a thread that does body `value` */
	STEP_JOIN,    /* the `value`-th thread that this one made, from 0 */
	STEP_KIND_COUNT
};

struct step {
	enum step_kind kind;
	uint32_t name; /* which of the mutexes, variables ... */
	uint64_t value;
};

struct body {
	struct step steps[MACHINE_STEPS_MAX];
	uint32_t count;
};

/* bodies[0] is main's. */
struct program {
	struct body bodies[MACHINE_THREADS_MAX];
	uint32_t body_count;
	uint32_t rwlock_preference;
};

struct machine;

/* What came of one execution. */
struct outcome {
	struct wire_result result;
	uint64_t trace;			     /* over who did which step in which order */
	uint64_t values;		     /* over what was read */
	uint64_t paths[MACHINE_THREADS_MAX]; /* path hashes by thread number */
};

/*
 * Runs the program to its end; all invariants are asserted on the way. The verdict is EXIT when
 * all threads finished. When `ret_log` is not NULL the execution is recorded there, and its
 * events are the caller's to free.
 */
void machine_run(const struct program *program, const struct fixture_args *args,
	struct outcome *ret_outcome, struct event_log *ret_log);

/* The code address of a step, and the location that stands for exactly this address. */
uint64_t machine_pc(uint32_t body, uint32_t step);
uint32_t machine_locations(const struct wire_location **ret_locations);

#endif
