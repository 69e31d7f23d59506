/* SPDX-License-Identifier: Apache-2.0 */
/* Which choices the enumerating strategy makes, tells, and leaves out. */
#include "fixture.h"

#define THREADS 3
#define CHOICES_MAX 16

/* The strategy without a core: what it is asked is made up. */
struct asked {
	struct thread threads[THREADS];
	struct thread *by_number[THREADS];
	thread_id candidates[THREADS];
	struct choice choice;
	struct wire_choice told[CHOICES_MAX];
	struct wire_area area;
	_Alignas(16) char state[256];
};

static void init(struct asked *a, uint32_t kinds, const uint32_t *prefix, uint32_t count)
{
	const struct strategy_args args = {
		.enumerate = kinds,
		.prefix = prefix,
		.prefix_count = count,
		.choices = a->told,
		.choices_area = &a->area,
	};

	*a = (struct asked){ .area.capacity = sizeof(a->told) };
	assert_true(strategy_enumerate.state_size <= sizeof(a->state));
	for (thread_id i = 0; i < THREADS; i++) {
		a->threads[i].id = i;
		a->threads[i].op.kind = OP_WRITE;
		a->by_number[i] = &a->threads[i];
		a->candidates[i] = i;
	}
	a->choice = (struct choice){
		.threads = a->by_number,
		.candidates = a->candidates,
		.count = THREADS,
		.usual = 1,
		.current = 1,
		.kind = WIRE_DECISION_NEXT,
	};
	strategy_enumerate.begin(a->state, &args);
}

static thread_id pick(struct asked *a, uint32_t kind)
{
	a->choice.kind = kind;
	return strategy_enumerate.pick(a->state, &a->choice);
}

static uint32_t told_count(const struct asked *a)
{
	return (uint32_t)(a->area.length / sizeof(a->told[0]));
}

static void it_follows_the_prefix_and_then_the_usual(void **state)
{
	static const uint32_t prefix[] = { 2, 1 };
	struct asked a;

	(void)state;
	init(&a, 0, prefix, 2);
	/* The usual one is option 0, the others come in the order of their numbers. */
	assert_int_equal(pick(&a, WIRE_DECISION_NEXT), 2);
	assert_int_equal(
		strategy_enumerate.draw(a.state, &a.threads[1], WIRE_DECISION_CHOOSE, 5), 1);
	assert_int_equal(pick(&a, WIRE_DECISION_NEXT), 1);
	assert_int_equal(told_count(&a), 3);
	assert_int_equal(a.told[0].chosen, 2);
	assert_int_equal(a.told[0].count, THREADS);
	assert_int_equal(a.told[1].chosen, 1);
	assert_int_equal(a.told[1].count, 5);
	assert_int_equal(a.told[2].chosen, 0);
}

static void without_serial_nobody_is_preempted(void **state)
{
	static const uint32_t prefix[] = { 1 };
	struct asked a;

	(void)state;
	init(&a, 0, prefix, 1);
	assert_int_equal(pick(&a, WIRE_DECISION_PREEMPT), 1);
	assert_int_equal(told_count(&a), 0);
}

static void a_thread_is_preempted_outside_of_operations_only(void **state)
{
	static const uint32_t prefix[] = { 1 };
	struct asked a;

	(void)state;
	init(&a, WIRE_ENUMERATE_SERIAL, prefix, 1);
	a.threads[1].operations = 1;
	assert_int_equal(pick(&a, WIRE_DECISION_PREEMPT), 1);
	a.threads[1].operations = 0;
	assert_int_equal(pick(&a, WIRE_DECISION_PREEMPT), 0);
	assert_int_equal(told_count(&a), 1);
}

static void reduced_it_does_not_choose_before_what_commutes(void **state)
{
	static const uint32_t prefix[] = { 1 };
	struct asked a;

	(void)state;
	init(&a, WIRE_ENUMERATE_SERIAL | WIRE_ENUMERATE_REDUCED, prefix, 1);
	a.threads[1].op.kind = OP_THREAD_CREATE;
	assert_int_equal(pick(&a, WIRE_DECISION_PREEMPT), 1);
	a.threads[1].op.kind = OP_WRITE;
	a.threads[2].op.kind = OP_THREAD_START;
	assert_int_equal(pick(&a, WIRE_DECISION_NEXT), 2);
	assert_int_equal(told_count(&a), 0);
	a.threads[2].op.kind = OP_MUTEX_LOCK;
	assert_int_equal(pick(&a, WIRE_DECISION_NEXT), 0);
}

static void what_may_come_for_ever_is_not_chosen(void **state)
{
	static const uint32_t prefix[] = { 1, 1 };
	struct asked a;

	(void)state;
	init(&a, WIRE_ENUMERATE_SERIAL, prefix, 2);
	assert_int_equal(
		strategy_enumerate.draw(a.state, &a.threads[1], WIRE_DECISION_TIMEOUT, 2), 0);
	assert_int_equal(
		strategy_enumerate.draw(a.state, &a.threads[1], WIRE_DECISION_SPURIOUS, 2), 0);
	assert_int_equal(told_count(&a), 0);
}

static void a_choice_that_is_not_there_is_seen_and_more_than_fit_are_said(void **state)
{
	static const uint32_t prefix[] = { 7 };
	struct asked a;

	(void)state;
	init(&a, 0, prefix, 1);
	assert_int_equal(pick(&a, WIRE_DECISION_NEXT), 1);
	assert_int_equal(a.told[0].chosen, 0);
	for (uint32_t i = 1; i < CHOICES_MAX; i++)
		pick(&a, WIRE_DECISION_NEXT);
	assert_int_equal(a.area.overflowed, 0);
	pick(&a, WIRE_DECISION_NEXT);
	assert_int_equal(a.area.overflowed, 1);
	assert_int_equal(told_count(&a), CHOICES_MAX);
}

static void nonpreemptive_stays_and_then_takes_anyone(void **state)
{
	struct asked a;
	uint32_t taken[THREADS] = { 0 };

	(void)state;
	init(&a, 0, NULL, 0);
	strategy_nonpreemptive.begin(a.state, &(struct strategy_args){ .seed = 3 });
	for (int i = 0; i < 300; i++) {
		a.choice.kind = WIRE_DECISION_PREEMPT;
		assert_int_equal(strategy_nonpreemptive.pick(a.state, &a.choice), 1);
		a.choice.kind = WIRE_DECISION_NEXT;
		taken[strategy_nonpreemptive.pick(a.state, &a.choice)]++;
	}
	for (int i = 0; i < THREADS; i++)
		assert_in_range(taken[i], 60, 140);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_follows_the_prefix_and_then_the_usual),
		cmocka_unit_test(without_serial_nobody_is_preempted),
		cmocka_unit_test(a_thread_is_preempted_outside_of_operations_only),
		cmocka_unit_test(reduced_it_does_not_choose_before_what_commutes),
		cmocka_unit_test(what_may_come_for_ever_is_not_chosen),
		cmocka_unit_test(a_choice_that_is_not_there_is_seen_and_more_than_fit_are_said),
		cmocka_unit_test(nonpreemptive_stays_and_then_takes_anyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
