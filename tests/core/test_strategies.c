/* SPDX-License-Identifier: Apache-2.0 */
/* What each strategy promises about who runs next and about the other decisions. */
#include "fixture.h"
#include "machine.h"
#include "runtime/strategy/chance.h"

#define RUNS 4000u

/* `count` runnable threads, the first of which is main. */
static void init_with_threads(
	struct fixture *f, const struct fixture_args *args, uint32_t count)
{
	struct thread *main_thread;

	fixture_init(f, args);
	main_thread = core_thread_new(&f->core, NULL);
	for (uint32_t i = 1; i < count; i++)
		core_thread_new(&f->core, main_thread);
}

static bool is_about(uint32_t value, uint32_t expected, uint32_t percent)
{
	uint32_t slack = expected * percent / 100;

	return value + slack >= expected && value <= expected + slack;
}

static void sequential_never_preempts_and_goes_on_with_the_next_number(void **state)
{
	struct fixture f;
	struct thread *main_thread, *next;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	core_thread_new(&f.core, main_thread);
	core_thread_new(&f.core, main_thread);
	for (int i = 0; i < 100; i++)
		assert_ptr_equal(
			fixture_arrive(&f, main_thread, OP_WRITE, 64, 10), main_thread);
	next = f.core.threads[1];
	assert_ptr_equal(fixture_arrive(&f, next, OP_WRITE, 64, 10), next);
	core_wait(&f.core, next, NULL, 5);
	assert_ptr_equal(core_next(&f.core, next), f.core.threads[2]);
	core_wait(&f.core, f.core.threads[2], NULL, 5);
	assert_ptr_equal(core_next(&f.core, f.core.threads[2]), main_thread);
	assert_int_equal(f.result.preemptions, 0);
	fixture_release(&f);
}

static void choices_are_counted(void **state)
{
	struct fixture f;
	struct thread *main_thread, *other;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	fixture_arrive(&f, main_thread, OP_WRITE, 64, 10);
	assert_int_equal(f.result.decisions, 0);
	other = core_thread_new(&f.core, main_thread);
	fixture_arrive(&f, main_thread, OP_WRITE, 64, 10);
	assert_int_equal(f.result.decisions, 1);
	core_wait(&f.core, main_thread, other->self_object, DEADLINE_NEVER);
	core_next(&f.core, main_thread);
	assert_int_equal(f.result.decisions, 1);
	assert_int_equal(f.result.switches, 1);
	assert_int_equal(f.result.steps, 2);
	fixture_release(&f);
}

/* Main, which has made one thread that has not begun, comes to such an operation. */
static thread_id next_in_lockstep(void *state, struct fixture *f, enum op_kind kind)
{
	static const thread_id candidates[] = { 0, 1 };
	const struct choice choice = {
		.threads = f->core.threads,
		.candidates = candidates,
		.count = 2,
		.kind = WIRE_DECISION_PREEMPT,
	};

	f->core.threads[0]->op.kind = (uint16_t)kind;
	f->core.threads[1]->op.kind = OP_THREAD_START;
	strategy_lockstep.observe(state, f->core.threads[0]);
	return strategy_lockstep.pick(state, &choice);
}

/* Who makes threads goes on to the next one, if there is little in between. */
static void lockstep_gathers_threads_whose_number_it_does_not_know(void **state)
{
	const struct fixture_args args = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	const struct strategy_args lockstep_args = { .seed = 1 };
	uint64_t lockstep[64] = { 0 };
	struct fixture f;
	thread_id next = 0;

	(void)state;
	assert_in_range(strategy_lockstep.state_size, 1, sizeof(lockstep));
	init_with_threads(&f, &args, 2);
	strategy_lockstep.begin(lockstep, &lockstep_args);
	assert_int_equal(next_in_lockstep(lockstep, &f, OP_THREAD_CREATE), 0);
	assert_int_equal(next_in_lockstep(lockstep, &f, OP_WRITE), 0);
	assert_int_equal(next_in_lockstep(lockstep, &f, OP_THREAD_CREATE), 0);
	assert_int_equal(next_in_lockstep(lockstep, &f, OP_MUTEX_LOCK), 1);
	for (int i = 0; i < 100 && next == 0; i++)
		next = next_in_lockstep(lockstep, &f, OP_READ);
	assert_int_equal(next, 1);
	fixture_release(&f);
}

/* A preemption's answer, asked for only where `stays` does not say it. */
static thread_id preempt(void *strategy_state, struct choice *choice, uint32_t *stays)
{
	choice->kind = WIRE_DECISION_PREEMPT;
	if (*stays) {
		--*stays;
		return choice->usual;
	}
	return strategy_random.pick(strategy_state, choice);
}

static void check_looking_ahead(uint64_t seed)
{
	static const thread_id candidates[] = { 0, 1, 2, 3, 4 };
	const struct thread running = { .state = THREAD_RUNNABLE };
	uint64_t asked[8] = { 0 }, ahead[8] = { 0 };
	uint32_t stays = 0, none = 0;
	struct strategy_args args = { .seed = seed };
	struct random random;

	assert_true(strategy_random.state_size <= sizeof(asked));
	strategy_random.begin(asked, &args);
	args.stays = &stays;
	strategy_random.begin(ahead, &args);
	random_init(&random, ~seed);
	for (uint32_t i = 0; i < RUNS; i++) {
		uint32_t what = random_below(&random, 64);
		struct choice choice = { .candidates = candidates, .count = 2 + i % 4 };

		choice.usual = i % 2;
		choice.kind = WIRE_DECISION_NEXT;
		if (what == 0)
			assert_int_equal(strategy_random.pick(asked, &choice),
				strategy_random.pick(ahead, &choice));
		else if (what == 1)
			assert_int_equal(
				strategy_random.draw(asked, &running, WIRE_DECISION_TIMEOUT, 2),
				strategy_random.draw(
					ahead, &running, WIRE_DECISION_TIMEOUT, 2));
		else
			assert_int_equal(preempt(asked, &choice, &none),
				preempt(ahead, &choice, &stays));
	}
}

static void random_decides_the_same_when_it_looks_ahead(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 100; seed++)
		check_looking_ahead(seed);
}

static void random_leaves_the_running_thread_as_often_as_its_inertia_says(void **state)
{
	uint32_t classes[10] = { 0 };

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct fixture_args args = { .strategy = WIRE_STRATEGY_RANDOM, .seed = seed };
		uint32_t left = 0, level = 0;
		struct fixture f;

		init_with_threads(&f, &args, 2);
		for (uint32_t i = 0; i < 10 * RUNS; i++)
			left += fixture_arrive(&f, f.core.threads[0], OP_WRITE, 64, 10)->id;
		/* Level n leaves with 1 / 2^(n+1), and then every second time for itself. */
		while (level < 9 && left < (10 * RUNS >> (level + 2)) * 7 / 10)
			level++;
		classes[level]++;
		fixture_release(&f);
	}
	for (uint32_t level = 0; level < 8; level++)
		assert_true(classes[level] > 10);
	assert_int_equal(classes[8] + classes[9], 0);
}

static void random_chooses_evenly_when_the_thread_cannot_go_on(void **state)
{
	struct fixture_args args = { .strategy = WIRE_STRATEGY_RANDOM, .seed = 5 };
	uint32_t chosen[5] = { 0 };
	struct fixture f;

	(void)state;
	init_with_threads(&f, &args, 5);
	core_wait(&f.core, f.core.threads[2], f.core.threads[0]->self_object, DEADLINE_NEVER);
	for (uint32_t i = 0; i < RUNS; i++)
		chosen[core_next(&f.core, f.core.threads[2])->id]++;
	assert_int_equal(chosen[2], 0);
	for (int i = 0; i < 5; i++)
		assert_true(i == 2 || is_about(chosen[i], RUNS / 4, 15));
	fixture_release(&f);
}

static void pct_runs_the_highest_priority_until_it_cannot_go_on(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct fixture_args args = { .strategy = WIRE_STRATEGY_PCT, .seed = seed };
		struct thread *first, *second;
		struct fixture f;

		args.depth = 1;
		init_with_threads(&f, &args, 4);
		first = fixture_arrive(&f, f.core.threads[0], OP_WRITE, 64, 10);
		for (int i = 0; i < 50; i++)
			assert_ptr_equal(fixture_arrive(&f, first, OP_WRITE, 64, 10), first);
		core_wait(&f.core, first, NULL, DEADLINE_NEVER);
		second = core_next(&f.core, first);
		assert_ptr_equal(fixture_arrive(&f, second, OP_WRITE, 64, 10), second);
		core_wake(&f.core, first, WAIT_WOKEN);
		core_wait_end(&f.core, first);
		assert_ptr_equal(fixture_arrive(&f, second, OP_WRITE, 64, 10), first);
		fixture_release(&f);
	}
}

static void pct_gives_every_order_of_priorities_an_even_chance(void **state)
{
	uint32_t orders[27] = { 0 };
	uint32_t different = 0;

	(void)state;
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct fixture_args args = { .strategy = WIRE_STRATEGY_PCT, .seed = seed };
		uint32_t order = 0;
		struct thread *running;
		struct fixture f;

		args.depth = 1;
		init_with_threads(&f, &args, 3);
		running = f.core.threads[0];
		for (int i = 0; i < 2; i++) {
			running = fixture_arrive(&f, running, OP_WRITE, 64, 10);
			order = order * 3 + running->id;
			core_wait(&f.core, running, NULL, DEADLINE_NEVER);
			running = core_next(&f.core, running);
		}
		orders[order * 3 + running->id]++;
		fixture_release(&f);
	}
	for (int i = 0; i < 27; i++)
		if (orders[i]) {
			different++;
			assert_true(is_about(orders[i], RUNS / 6, 20));
		}
	assert_int_equal(different, 6);
}

/* The 0-based points at which a fresh execution of 100 points leaves its running thread. */
static uint32_t drops(uint64_t seed, uint32_t depth, uint32_t *ret_where)
{
	struct fixture_args args = { .strategy = WIRE_STRATEGY_PCT, .seed = seed };
	struct thread *running;
	uint32_t count = 0;
	struct fixture f;

	args.depth = depth;
	args.step_estimate = 100;
	init_with_threads(&f, &args, 6);
	/* The first choice is among the priorities, not a change point. */
	running = core_next(&f.core, f.core.threads[0]);
	for (uint32_t i = 0; i < 100; i++) {
		struct thread *next = fixture_arrive(&f, running, OP_WRITE, 64, 10);

		if (next != running && count < 8)
			ret_where[count++] = i;
		running = next;
	}
	fixture_release(&f);
	return count;
}

static void pct_changes_priorities_at_depth_minus_one_steps_evenly_spread(void **state)
{
	uint32_t tenths[10] = { 0 };
	uint32_t where[8];

	(void)state;
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		assert_int_equal(drops(seed, 1, where), 0);
		assert_true(drops(seed, 4, where) <= 3);
		assert_int_equal(drops(seed, 2, where), 1);
		tenths[where[0] / 10]++;
	}
	for (int i = 0; i < 10; i++)
		assert_true(is_about(tenths[i], RUNS / 10, 25));
}

static void pct_bounds_a_depth_that_is_out_of_range(void **state)
{
	uint32_t where[8];

	(void)state;
	assert_true(drops(1, 1000, where) > 0);
	assert_true(drops(1, 0, where) <= 2);
}

/*
 * Two threads of one operation each on the same variable: both orders as likely, however many
 * operations that commute stand before the second one.
 */
static const struct program uneven = {
	.bodies = {
		{ .steps = { { STEP_SPAWN, 0, 1 }, { STEP_SPAWN, 0, 2 }, { STEP_JOIN, 0, 0 },
			  { STEP_JOIN, 0, 1 } },
			.count = 4 },
		{ .steps = { { STEP_CAS, 0, 1 } }, .count = 1 },
		{ .steps = { { STEP_WRITE, 1, 1 }, { STEP_WRITE, 1, 1 }, { STEP_WRITE, 1, 1 },
			  { STEP_WRITE, 1, 1 }, { STEP_CAS, 0, 2 } },
			.count = 5 },
	},
	.body_count = 3,
};

static uint32_t distinct_values(uint32_t strategy, uint32_t *ret_smaller)
{
	uint64_t first = 0;
	uint32_t others = 0;

	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct fixture_args args = { .strategy = strategy, .seed = seed };
		struct outcome outcome;

		machine_run(&uneven, &args, &outcome, NULL);
		assert_int_equal(outcome.result.verdict, WIRE_VERDICT_EXIT);
		if (seed == 0)
			first = outcome.values;
		others += outcome.values != first;
	}
	*ret_smaller = others < RUNS / 2 ? others : RUNS - others;
	return others ? 2 : 1;
}

static void every_random_strategy_reaches_both_orders_of_a_conflict(void **state)
{
	static const uint32_t strategies[] = {
		WIRE_STRATEGY_RANDOM,
		WIRE_STRATEGY_PCT,
		WIRE_STRATEGY_POS,
	};

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		uint32_t smaller;

		assert_int_equal(distinct_values(strategies[i], &smaller), 2);
		assert_true(smaller > RUNS / 20);
	}
}

static void pos_redraws_only_what_conflicts(void **state)
{
	uint32_t kept = 0, changed = 0;

	(void)state;
	for (uint64_t seed = 0; seed < RUNS; seed++) {
		struct fixture_args args = { .strategy = WIRE_STRATEGY_POS, .seed = seed };
		struct thread *a, *b, *c;
		struct fixture f;

		init_with_threads(&f, &args, 3);
		a = f.core.threads[0];
		b = f.core.threads[1];
		c = f.core.threads[2];
		/* b and c stand before their operations; b's conflicts with a's, c's does not.
		 */
		fixture_arrive(&f, b, OP_WRITE, 64, 10);
		fixture_arrive(&f, c, OP_WRITE, 128, 10);
		if (fixture_arrive(&f, a, OP_WRITE, 64, 10) != a) {
			fixture_release(&f);
			continue;
		}
		/* a had the highest priority, c the second highest or b: now b's is a fresh
		 * one. */
		core_wait(&f.core, a, NULL, DEADLINE_NEVER);
		kept += core_next(&f.core, a) == c;
		changed++;
		fixture_release(&f);
	}
	assert_true(is_about(changed, RUNS / 3, 15));
	/* c is some other than the highest of three, 3/8 on average, and b is drawn afresh. */
	assert_true(is_about(kept, changed * 3 / 8, 15));
}

static void rare_things_stay_rare_and_equal_ones_even(void **state)
{
	const struct thread running = { .state = THREAD_RUNNABLE };
	uint32_t timeouts = 0, spurious = 0, bytes = 0, wakes[3] = { 0 };
	struct random random;

	(void)state;
	random_init(&random, 3);
	for (uint32_t i = 0; i < 64000; i++) {
		timeouts += chance_draw(&random, &running, WIRE_DECISION_TIMEOUT, 2);
		spurious += chance_draw(&random, &running, WIRE_DECISION_SPURIOUS, 2);
		bytes += chance_draw(&random, &running, WIRE_DECISION_BYTES, 100) != 0;
		wakes[chance_draw(&random, &running, WIRE_DECISION_WAKE, 3)]++;
	}
	assert_true(is_about(timeouts, 2000, 15));
	assert_true(is_about(spurious, 1000, 20));
	assert_true(is_about(bytes, 8000, 10));
	for (int i = 0; i < 3; i++)
		assert_true(is_about(wakes[i], 64000 / 3, 5));
	assert_int_equal(chance_draw(&random, &running, WIRE_DECISION_WAKE, 1), 0);
	assert_int_equal(chance_draw(&random, &running, WIRE_DECISION_TIMEOUT, 0), 0);
}

static void a_number_that_is_no_strategy_gives_none(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < WIRE_STRATEGY_COUNT; i++)
		assert_non_null(strategy_get(i));
	assert_null(strategy_get(WIRE_STRATEGY_COUNT));
	assert_null(strategy_get(UINT32_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sequential_never_preempts_and_goes_on_with_the_next_number),
		cmocka_unit_test(choices_are_counted),
		cmocka_unit_test(lockstep_gathers_threads_whose_number_it_does_not_know),
		cmocka_unit_test(random_decides_the_same_when_it_looks_ahead),
		cmocka_unit_test(random_leaves_the_running_thread_as_often_as_its_inertia_says),
		cmocka_unit_test(random_chooses_evenly_when_the_thread_cannot_go_on),
		cmocka_unit_test(pct_runs_the_highest_priority_until_it_cannot_go_on),
		cmocka_unit_test(pct_gives_every_order_of_priorities_an_even_chance),
		cmocka_unit_test(pct_changes_priorities_at_depth_minus_one_steps_evenly_spread),
		cmocka_unit_test(pct_bounds_a_depth_that_is_out_of_range),
		cmocka_unit_test(every_random_strategy_reaches_both_orders_of_a_conflict),
		cmocka_unit_test(pos_redraws_only_what_conflicts),
		cmocka_unit_test(rare_things_stay_rare_and_equal_ones_even),
		cmocka_unit_test(a_number_that_is_no_strategy_gives_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
