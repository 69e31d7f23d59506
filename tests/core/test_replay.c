/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions come up again by their stable coordinates, and only where they fit. */
#include "fixture.h"
#include "machine.h"

#include <stdlib.h>

#define LINE_A 3u
#define LINE_B 4u
#define PC_A UINT64_C(0x105)
#define PC_A2 UINT64_C(0x107) /* another call in the same location */
#define PC_B UINT64_C(0x205)
#define PC_UNKNOWN UINT64_C(0x305)

static const struct wire_location locations[] = {
	{ .start = 0x100, .end = 0x110, .location = LINE_A },
	{ .start = 0x200, .end = 0x210, .location = LINE_B },
};

struct scene {
	struct fixture f;
	struct thread *main_thread;
	struct thread *first; /* main.1 */
	struct thread *second;
};

static void scene_init(struct scene *s, const struct wire_decision *decisions, uint32_t count)
{
	struct fixture_args args = {
		.strategy = WIRE_STRATEGY_REPLAY,
		.decisions = decisions,
		.decision_count = count,
		.locations = locations,
		.location_count = 2,
	};

	fixture_init(&s->f, &args);
	s->main_thread = core_thread_new(&s->f.core, NULL);
	s->first = core_thread_new(&s->f.core, s->main_thread);
	s->second = core_thread_new(&s->f.core, s->main_thread);
}

static struct thread *arrive(
	struct scene *s, struct thread *thread, enum op_kind op, uint64_t pc)
{
	return fixture_arrive(&s->f, thread, op, 64, pc);
}

/* A preemption of main by main.2 at its `occurrence`-th write at LINE_A. */
static struct wire_decision preemption(uint32_t occurrence)
{
	return (struct wire_decision){
		.thread = WIRE_PATH_MAIN,
		.value = wire_path_child(WIRE_PATH_MAIN, 2),
		.location = LINE_A,
		.occurrence = occurrence,
		.repetition = 1,
		.op = OP_WRITE,
		.kind = WIRE_DECISION_PREEMPT,
	};
}

static void a_preemption_comes_at_its_occurrence_of_kind_and_location(void **state)
{
	struct wire_decision decision = preemption(2);
	struct scene s;

	(void)state;
	scene_init(&s, &decision, 1);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_READ, PC_A), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_B), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_UNKNOWN), s.main_thread);
	assert_ptr_equal(arrive(&s, s.first, OP_WRITE, PC_A), s.first);
	assert_int_equal(s.f.result.decisions_applied, 0);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A2), s.second);
	assert_int_equal(s.f.result.decisions_applied, 1);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	assert_int_equal(s.f.result.preemptions, 1);
	fixture_release(&s.f);
}

static void without_a_location_every_operation_of_the_kind_counts(void **state)
{
	struct wire_decision decision = preemption(3);
	struct scene s;

	(void)state;
	decision.location = WIRE_NONE;
	scene_init(&s, &decision, 1);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_UNKNOWN), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_READ, PC_A), s.main_thread);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_B), s.second);
	fixture_release(&s.f);
}

static void exact_and_unlocated_decisions_live_side_by_side(void **state)
{
	struct wire_decision decisions[] = { preemption(1), preemption(2), preemption(1) };
	struct scene s;

	(void)state;
	decisions[0].location = WIRE_NONE;
	decisions[0].value = wire_path_child(WIRE_PATH_MAIN, 1);
	decisions[1].location = LINE_B;
	decisions[2].location = LINE_B;
	scene_init(&s, decisions, 3);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.first);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_B), s.second);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_B), s.second);
	assert_int_equal(s.f.result.decisions_applied, 3);
	fixture_release(&s.f);
}

static void repetition_counts_the_questions_of_one_kind_within_an_operation(void **state)
{
	struct wire_decision decisions[] = { preemption(1), preemption(1) };
	struct object *semaphore;
	struct scene s;

	(void)state;
	decisions[0].kind = decisions[1].kind = WIRE_DECISION_NEXT;
	decisions[0].repetition = 2;
	decisions[1].repetition = 3;
	decisions[1].value = wire_path_child(WIRE_PATH_MAIN, 1);
	scene_init(&s, decisions, 2);
	semaphore = object_get(&s.f.core, 64, WIRE_OBJECT_SEM);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	for (uint32_t question = 1; question <= 4; question++) {
		struct thread *next;

		core_wait(&s.f.core, s.main_thread, semaphore, DEADLINE_NEVER);
		next = core_next(&s.f.core, s.main_thread);
		assert_ptr_equal(next, question == 2 ? s.second : s.first);
		core_wake(&s.f.core, s.main_thread, WAIT_WOKEN);
		core_wait_end(&s.f.core, s.main_thread);
	}
	assert_int_equal(s.f.result.decisions_applied, 2);
	fixture_release(&s.f);
}

static void a_question_about_values_is_another_than_one_about_threads(void **state)
{
	struct wire_decision decisions[] = { preemption(1), preemption(1) };
	struct scene s;

	(void)state;
	decisions[0].kind = WIRE_DECISION_WAKE;
	decisions[0].value = 2;
	scene_init(&s, decisions, 2);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.second);
	assert_int_equal(core_draw(&s.f.core, s.main_thread, WIRE_DECISION_SPURIOUS, 2), 0);
	assert_int_equal(core_draw(&s.f.core, s.main_thread, WIRE_DECISION_WAKE, 3), 2);
	assert_int_equal(core_draw(&s.f.core, s.main_thread, WIRE_DECISION_WAKE, 3), 0);
	assert_int_equal(s.f.result.decisions_applied, 2);
	fixture_release(&s.f);
}

static void what_no_longer_fits_is_decided_as_usual_and_not_counted(void **state)
{
	struct wire_decision decisions[] = { preemption(1), preemption(2), preemption(3) };
	struct scene s;

	(void)state;
	decisions[0].value = wire_path_child(WIRE_PATH_MAIN, 9);
	decisions[2].kind = WIRE_DECISION_WAKE;
	decisions[2].value = 3;
	scene_init(&s, decisions, 3);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	core_wait(&s.f.core, s.second, NULL, DEADLINE_NEVER);
	assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.main_thread);
	arrive(&s, s.main_thread, OP_WRITE, PC_A);
	assert_int_equal(core_draw(&s.f.core, s.main_thread, WIRE_DECISION_WAKE, 3), 0);
	assert_int_equal(s.f.result.decisions_applied, 0);
	fixture_release(&s.f);
}

static void a_thread_is_found_by_its_path_whatever_its_number(void **state)
{
	struct wire_decision decision = preemption(1);
	struct thread *grandchild;
	struct scene s;

	(void)state;
	assert_int_equal(wire_path_parse("main.2.1", &decision.thread), 0);
	decision.value = WIRE_PATH_MAIN;
	scene_init(&s, &decision, 1);
	core_thread_new(&s.f.core, s.first);
	grandchild = core_thread_new(&s.f.core, s.second);
	assert_ptr_equal(arrive(&s, s.second, OP_WRITE, PC_A), s.second);
	assert_ptr_equal(arrive(&s, grandchild, OP_WRITE, PC_A), s.main_thread);
	fixture_release(&s.f);
}

static void an_empty_list_is_the_sequential_execution(void **state)
{
	static const struct program program = {
		.bodies = {
			{ .steps = { { STEP_SPAWN, 0, 1 }, { STEP_SPAWN, 0, 1 },
				  { STEP_YIELD, 0, 0 }, { STEP_READ, 0, 0 }, { STEP_JOIN, 0, 0 },
				  { STEP_JOIN, 0, 1 } },
				.count = 6 },
			{ .steps = { { STEP_CAS, 0, 3 }, { STEP_SLEEP, 0, 10 }, { STEP_WRITE, 0, 4 } },
				.count = 3 },
		},
		.body_count = 2,
	};
	struct fixture_args args = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	struct outcome sequential, replay;

	(void)state;
	machine_run(&program, &args, &sequential, NULL);
	args.strategy = WIRE_STRATEGY_REPLAY;
	machine_run(&program, &args, &replay, NULL);
	assert_int_equal(replay.result.hash, sequential.result.hash);
	assert_int_equal(replay.trace, sequential.trace);
}

/* One decision at each of very many occurrences: it may not search them all at each. */
static void a_long_list_at_one_place_is_looked_up_in_no_time(void **state)
{
	enum { COUNT = 300000 };
	struct wire_decision *decisions = calloc(COUNT, sizeof(*decisions));
	struct scene s;

	(void)state;
	assert_non_null(decisions);
	for (uint32_t i = 0; i < COUNT; i++)
		decisions[i] = preemption(COUNT - i);
	scene_init(&s, decisions, COUNT);
	for (uint32_t i = 0; i < COUNT; i++)
		assert_ptr_equal(arrive(&s, s.main_thread, OP_WRITE, PC_A), s.second);
	assert_int_equal(s.f.result.decisions_applied, COUNT);
	fixture_release(&s.f);
	free(decisions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preemption_comes_at_its_occurrence_of_kind_and_location),
		cmocka_unit_test(without_a_location_every_operation_of_the_kind_counts),
		cmocka_unit_test(exact_and_unlocated_decisions_live_side_by_side),
		cmocka_unit_test(
			repetition_counts_the_questions_of_one_kind_within_an_operation),
		cmocka_unit_test(a_question_about_values_is_another_than_one_about_threads),
		cmocka_unit_test(what_no_longer_fits_is_decided_as_usual_and_not_counted),
		cmocka_unit_test(a_thread_is_found_by_its_path_whatever_its_number),
		cmocka_unit_test(an_empty_list_is_the_sequential_execution),
		cmocka_unit_test(a_long_list_at_one_place_is_looked_up_in_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
