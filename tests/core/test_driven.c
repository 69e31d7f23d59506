/* SPDX-License-Identifier: Apache-2.0 */
/* What the driven strategy does with its orders, by itself: the test plays the core. */
#include <string.h>

#include "fixture.h"

#define THREADS 3
#define PC_A 10
#define PC_B 20
#define PC_C 30

struct scene {
	struct arena arena;
	struct thread threads[THREADS];
	struct thread *by_number[THREADS];
	struct wire_request request;
	uint64_t state[256];
	uint8_t block[1 << 20];
};

static void scene_init(struct scene *scene, const struct wire_order *orders, uint32_t count)
{
	const struct strategy_args args = { .arena = &scene->arena,
		.request = &scene->request };

	memset(scene, 0, sizeof(*scene));
	assert_in_range(strategy_driven.state_size, 1, sizeof(scene->state));
	arena_init(&scene->arena, scene->block, sizeof(scene->block));
	scene->request.order_count = count;
	memcpy(scene->request.orders, orders, count * sizeof(*orders));
	for (uint32_t i = 0; i < THREADS; i++) {
		scene->threads[i] = (struct thread){ .id = i, .path_hash = 100 + i };
		scene->by_number[i] = &scene->threads[i];
	}
	strategy_driven.begin(scene->state, &args);
}

static void arrive(struct scene *scene, uint32_t thread, enum op_kind kind, uint64_t pc)
{
	struct thread *self = &scene->threads[thread];

	self->op = (struct operation){ .kind = (uint16_t)kind, .pc = pc, .occurrence = 1 };
	self->at_point = true;
	self->state = THREAD_RUNNABLE;
	strategy_driven.observe(scene->state, self);
}

/* The thread that goes on, of all that can, `current` if nothing is to be said against it. */
static thread_id pick(struct scene *scene, uint32_t current)
{
	thread_id candidates[THREADS];
	struct choice choice = {
		.threads = scene->by_number,
		.candidates = candidates,
		.current = current,
		.usual = current,
		.kind = WIRE_DECISION_PREEMPT,
	};

	for (uint32_t i = 0; i < THREADS; i++)
		if (scene->threads[i].state == THREAD_RUNNABLE)
			candidates[choice.count++] = i;
	if (scene->threads[current].state != THREAD_RUNNABLE) {
		choice.kind = WIRE_DECISION_NEXT;
		choice.usual = candidates[0];
	}
	return strategy_driven.pick(scene->state, &choice);
}

static struct wire_step_name name(uint32_t thread, uint64_t pc, uint32_t resumed)
{
	return (struct wire_step_name){
		.thread = 100 + thread,
		.pc = pc,
		.occurrence = 1 | resumed,
	};
}

static void a_thread_is_held_until_the_other_one_has_done_its_part(void **state)
{
	const struct wire_order order = { .first = name(1, PC_B, 0),
		.second = name(0, PC_A, 0) };
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	s.threads[2].state = THREAD_FINISHED;
	arrive(&s, 0, OP_ATOMIC_STORE, PC_A);
	assert_int_equal(pick(&s, 0), 1);
	arrive(&s, 1, OP_ATOMIC_STORE, PC_B);
	/* It is about to; it has not. */
	assert_int_equal(pick(&s, 1), 1);
	s.threads[1].state = THREAD_WAITING;
	assert_int_equal(pick(&s, 0), 0);
	s.threads[1].state = THREAD_RUNNABLE;
	arrive(&s, 1, OP_ATOMIC_STORE, PC_C);
	assert_int_equal(pick(&s, 0), 0);
}

/* When all are held the order is given up. */
static void nobody_is_held_for_ever(void **state)
{
	const struct wire_order order = { .first = name(1, PC_B, 0),
		.second = name(0, PC_A, 0) };
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	s.threads[1].state = THREAD_FINISHED;
	s.threads[2].state = THREAD_FINISHED;
	arrive(&s, 0, OP_ATOMIC_STORE, PC_A);
	assert_int_equal(pick(&s, 0), 0);
}

static void the_end_of_a_condition_wait_is_held_and_its_beginning_is_not(void **state)
{
	const struct wire_order order = {
		.first = name(1, PC_B, 0),
		.second = name(0, PC_A, WIRE_OCCURRENCE_RESUMED),
	};
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	arrive(&s, 0, OP_COND_WAIT, PC_A);
	assert_int_equal(pick(&s, 0), 0);
	/* Has waited, and was woken. */
	s.threads[0].at_point = false;
	assert_int_equal(pick(&s, 0), 1);
	arrive(&s, 1, OP_MUTEX_LOCK, PC_B);
	arrive(&s, 1, OP_MUTEX_UNLOCK, PC_C);
	assert_int_equal(pick(&s, 0), 0);
}

static void who_comes_after_a_wait_goes_on_when_it_has_begun(void **state)
{
	const struct wire_order order = { .first = name(1, PC_B, 0),
		.second = name(0, PC_A, 0) };
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	arrive(&s, 0, OP_MUTEX_LOCK, PC_A);
	arrive(&s, 1, OP_COND_WAIT, PC_B);
	s.threads[2].state = THREAD_FINISHED;
	assert_int_equal(pick(&s, 1), 1);
	s.threads[1].state = THREAD_WAITING;
	s.threads[1].at_point = false;
	/* Somebody else can run, so it would be held if the order were not over. */
	s.threads[2].state = THREAD_RUNNABLE;
	assert_int_equal(pick(&s, 1), 0);
}

static void a_timer_fires_for_who_sleeps_and_is_to_come_first(void **state)
{
	const struct wire_order order = { .first = name(1, PC_B, 0),
		.second = name(0, PC_A, 0) };
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	arrive(&s, 1, OP_SLEEP, PC_C);
	arrive(&s, 0, OP_ATOMIC_LOAD, PC_C);
	s.threads[1].state = THREAD_WAITING;
	s.threads[1].timed = true;
	/* Nobody is held yet. */
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_TIMEOUT, 2), 0);
	arrive(&s, 0, OP_ATOMIC_STORE, PC_A);
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_TIMEOUT, 2), 1);
	s.threads[1].timed = false;
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_TIMEOUT, 2), 0);
}

static void a_value_is_given_once(void **state)
{
	const struct wire_order order = {
		.first = name(0, PC_A, 0),
		.second = { .thread = 101 },
		.kind = WIRE_ORDER_DRAW,
		.decision = WIRE_DECISION_TIMEOUT,
		.value = 1,
	};
	static struct scene s;

	(void)state;
	scene_init(&s, &order, 1);
	arrive(&s, 0, OP_ATOMIC_LOAD, PC_A);
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_WAKE, 2), 0);
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_TIMEOUT, 2), 1);
	assert_int_equal(
		strategy_driven.draw(s.state, &s.threads[0], WIRE_DECISION_TIMEOUT, 2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_thread_is_held_until_the_other_one_has_done_its_part),
		cmocka_unit_test(nobody_is_held_for_ever),
		cmocka_unit_test(the_end_of_a_condition_wait_is_held_and_its_beginning_is_not),
		cmocka_unit_test(who_comes_after_a_wait_goes_on_when_it_has_begun),
		cmocka_unit_test(a_timer_fires_for_who_sleeps_and_is_to_come_first),
		cmocka_unit_test(a_value_is_given_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
