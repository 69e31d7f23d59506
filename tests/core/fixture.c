/* SPDX-License-Identifier: Apache-2.0 */
/* The core under test and what must always hold of it; see fixture.h. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/bug.h"

#define ARENA_SIZE (UINT64_C(1) << 30) /* address space only */

/* A test may expect it; otherwise cmocka fails the test with the condition's text. */
void bug_report(const char *file, int line, const char *condition)
{
	mock_assert(0, condition, file, line);
	abort();
}

static uint32_t log_event(struct recorder *recorder, const struct wire_event *event)
{
	struct event_log *log = (struct event_log *)recorder;

	if (log->count == log->capacity) {
		log->capacity = log->capacity ? log->capacity * 2 : 256;
		log->events = reallocarray(log->events, log->capacity, sizeof(*event));
		assert_non_null(log->events);
	}
	log->events[log->count] = *event;
	return log->count++;
}

static void log_result(struct recorder *recorder, uint32_t index, int32_t result)
{
	((struct event_log *)recorder)->events[index].result = result;
}

static uint32_t log_stack(struct recorder *recorder, const struct thread *thread)
{
	(void)recorder;
	(void)thread;
	return WIRE_NONE;
}

void fixture_init(struct fixture *fixture, const struct fixture_args *args)
{
	struct core_args core_args = {
		.arena = &fixture->arena,
		.result = &fixture->result,
		.recorder = args->record ? &fixture->log.recorder : NULL,
		.step_limit = args->step_limit,
		.strategy = strategy_get(args->strategy),
		.strategy_args = {
			.seed = args->seed,
			.depth = args->depth,
			.step_estimate = args->step_estimate,
			.decisions = args->decisions,
			.decision_count = args->decision_count,
			.locations = args->locations,
			.location_count = args->location_count,
		},
	};

	memset(fixture, 0, sizeof(*fixture));
	fixture->log.recorder = (struct recorder){ log_event, log_result, log_stack };
	fixture->block = mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	assert_ptr_not_equal(fixture->block, MAP_FAILED);
	arena_init(&fixture->arena, fixture->block, ARENA_SIZE);
	core_init(&fixture->core, &core_args);
}

void fixture_init_plain(struct fixture *fixture)
{
	struct fixture_args args = { .strategy = WIRE_STRATEGY_SEQUENTIAL };

	fixture_init(fixture, &args);
}

void fixture_release(struct fixture *fixture)
{
	munmap(fixture->block, ARENA_SIZE);
	free(fixture->log.events);
}

static struct thread *arrive(
	struct fixture *fixture, struct thread *thread, const struct operation *operation)
{
	*core_operation(&fixture->core, thread) = *operation;
	return core_point(&fixture->core, thread);
}

struct thread *fixture_arrive(struct fixture *fixture, struct thread *thread, enum op_kind kind,
	uint64_t address, uint64_t pc)
{
	struct operation operation = {
		.address = address,
		.pc = pc,
		.size = address ? 4 : 0,
		.kind = (uint16_t)kind,
	};

	return arrive(fixture, thread, &operation);
}

struct thread *fixture_arrive_at(struct fixture *fixture, struct thread *thread,
	enum op_kind kind, struct object *object, uint64_t pc)
{
	struct operation operation = {
		.address = object->address,
		.pc = pc,
		.object = object,
		.kind = (uint16_t)kind,
	};

	return arrive(fixture, thread, &operation);
}

bool fixture_is_runnable(const struct fixture *fixture, const struct thread *thread)
{
	const struct core *core = &fixture->core;

	for (uint32_t i = 0; i < core->runnable_count; i++)
		if (core->runnable[i] == thread->id)
			return true;
	return false;
}

static void check_threads(const struct core *core)
{
	uint32_t states[THREAD_FINISHED + 1] = { 0 };
	uint32_t timed = 0;

	for (uint32_t i = 0; i < core->thread_count; i++) {
		const struct thread *thread = core->threads[i];

		assert_int_equal(thread->id, i);
		states[thread->state]++;
		if (!thread->timed)
			continue;
		timed++;
		assert_ptr_equal(core->timed[thread->timed_index], thread);
		assert_true(thread->wait.deadline_ns != DEADLINE_NEVER);
	}
	assert_int_equal(states[THREAD_RUNNABLE], core->runnable_count);
	assert_int_equal(states[THREAD_SPINNING], core->spinning_count);
	assert_int_equal(core->thread_count - states[THREAD_FINISHED], core->live_count);
	assert_int_equal(timed, core->timed_count);
	for (uint32_t i = 0; i < core->runnable_count; i++) {
		assert_int_equal(core->threads[core->runnable[i]]->state, THREAD_RUNNABLE);
		if (i)
			assert_true(core->runnable[i - 1] < core->runnable[i]);
	}
}

static void check_object(const struct object *object)
{
	const struct thread *previous = NULL;
	uint32_t waiters = 0, holders = 0;

	for (const struct thread *t = object->first; t; t = t->wait.next) {
		bool goes_on = t->wait.decided || object_admits(object, t);

		assert_ptr_equal(t->wait.previous, previous);
		assert_ptr_equal(t->wait.object, object);
		assert_true(t->wait.linked);
		assert_int_equal(t->wait.enabled, goes_on);
		assert_int_equal(t->state, goes_on ? THREAD_RUNNABLE : THREAD_WAITING);
		previous = t;
		waiters++;
	}
	for (const struct holder *holder = object->holders; holder; holder = holder->next)
		holders++;
	assert_ptr_equal(object->last, previous);
	assert_int_equal(object->waiter_count, waiters);
	assert_int_equal(object->holder_count, holders);
}

void fixture_check(const struct fixture *fixture)
{
	const struct core *core = &fixture->core;

	check_threads(core);
	for (uint32_t i = 0; i < core->object_count; i++) {
		assert_int_equal(core->objects[i]->number, i);
		check_object(core->objects[i]);
	}
}
