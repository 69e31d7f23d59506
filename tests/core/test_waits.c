/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting, being let through, deadlines, interruptions, the order of wakes, and the clock. */
#include "fixture.h"

#define MS UINT64_C(1000000)

struct scene {
	struct fixture f;
	struct thread *main_thread;
	struct thread *threads[4];
};

static void scene_init(struct scene *scene)
{
	fixture_init_plain(&scene->f);
	scene->main_thread = core_thread_new(&scene->f.core, NULL);
	for (int i = 0; i < 4; i++)
		scene->threads[i] = core_thread_new(&scene->f.core, scene->main_thread);
}

static bool runnable(const struct scene *scene, int thread)
{
	return fixture_is_runnable(&scene->f, scene->threads[thread]);
}

static void a_released_mutex_makes_every_waiter_a_candidate_and_one_can_take_it(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;
	struct object *mutex;

	(void)state;
	scene_init(&s);
	mutex = object_get(core, 64, WIRE_OBJECT_MUTEX);
	object_hold(core, mutex, s.main_thread);
	core_wait(core, s.threads[0], mutex, DEADLINE_NEVER);
	core_wait(core, s.threads[1], mutex, DEADLINE_NEVER);
	assert_false(runnable(&s, 0));
	object_release(core, mutex, s.main_thread->id);
	object_update(core, mutex);
	assert_true(runnable(&s, 0));
	assert_true(runnable(&s, 1));
	assert_int_equal(core_wait_end(core, s.threads[1]), WAIT_WOKEN);
	object_hold(core, mutex, s.threads[1]);
	object_update(core, mutex);
	fixture_check(&s.f);
	assert_false(runnable(&s, 0));
	assert_int_equal(mutex->waiter_count, 1);
	fixture_release(&s.f);
}

static void a_wait_for_what_is_free_is_over_at_once(void **state)
{
	struct scene s;
	struct object *semaphore;

	(void)state;
	scene_init(&s);
	semaphore = object_get(&s.f.core, 64, WIRE_OBJECT_SEM);
	semaphore->value = 1;
	core_wait(&s.f.core, s.threads[0], semaphore, DEADLINE_NEVER);
	assert_true(runnable(&s, 0));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void waiters_are_counted_and_named_in_order_of_arrival(void **state)
{
	static const int arrival[] = { 2, 0, 3, 1 };
	struct scene s;
	struct object *cond;

	(void)state;
	scene_init(&s);
	cond = object_get(&s.f.core, 64, WIRE_OBJECT_COND);
	for (int i = 0; i < 4; i++)
		core_wait(&s.f.core, s.threads[arrival[i]], cond, DEADLINE_NEVER);
	for (uint32_t i = 0; i < 4; i++)
		assert_ptr_equal(core_waiter(cond, i), s.threads[arrival[i]]);
	assert_null(core_waiter(cond, 4));
	core_wake(&s.f.core, s.threads[0], WAIT_WOKEN);
	assert_int_equal(core_waiter_count(cond), 3);
	assert_ptr_equal(core_waiter(cond, 1), s.threads[3]);
	assert_true(runnable(&s, 0));
	assert_false(runnable(&s, 1));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void what_ended_a_wait_first_stays_its_result(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;
	struct object *cond;

	(void)state;
	scene_init(&s);
	cond = object_get(core, 64, WIRE_OBJECT_COND);
	core_wait(core, s.threads[0], cond, 5 * MS);
	core_wake(core, s.threads[0], WAIT_INTERRUPTED);
	core_wake(core, s.threads[0], WAIT_WOKEN);
	assert_false(core_advance(core));
	assert_int_equal(core_wait_end(core, s.threads[0]), WAIT_INTERRUPTED);
	assert_int_equal(core->now_ns, 0);
	core_wait(core, s.threads[0], cond, DEADLINE_NEVER);
	core_wake(core, s.threads[0], WAIT_WOKEN);
	assert_int_equal(core_wait_end(core, s.threads[0]), WAIT_WOKEN);
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void time_jumps_to_the_earliest_deadline_and_wakes_only_whose_it_is(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;

	(void)state;
	scene_init(&s);
	core_wait(core, s.threads[0], NULL, 7 * MS);
	core_wait(core, s.threads[1], NULL, 3 * MS);
	core_wait(core, s.threads[2], NULL, 3 * MS);
	assert_true(core_advance(core));
	assert_int_equal(core->now_ns, 3 * MS);
	assert_true(runnable(&s, 1));
	assert_false(runnable(&s, 2));
	assert_true(core_advance(core));
	assert_true(runnable(&s, 2));
	assert_int_equal(core->now_ns, 3 * MS);
	assert_true(core_advance(core));
	assert_int_equal(core->now_ns, 7 * MS);
	assert_int_equal(s.f.result.virtual_ns, 7 * MS);
	assert_false(core_advance(core));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

/* One goes to sleep, and another one is the only one who can run. Does the sleeper go on? */
static bool sleeper_comes_first(uint32_t strategy, uint64_t seed)
{
	const struct fixture_args args = { .strategy = strategy, .seed = seed };
	struct thread *sleeper, *next;
	struct fixture f;

	fixture_init(&f, &args);
	sleeper = core_thread_new(&f.core, NULL);
	core_thread_new(&f.core, sleeper);
	core_wait(&f.core, sleeper, NULL, MS);
	next = core_next(&f.core, sleeper);
	assert_int_equal(f.result.early_asked, 1);
	assert_int_equal(f.core.now_ns, f.result.early ? MS : 0);
	fixture_release(&f);
	return next == sleeper;
}

static void a_sleep_may_be_over_before_who_can_go_on_does(void **state)
{
	uint32_t first = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 400; seed++) {
		first += sleeper_comes_first(WIRE_STRATEGY_RANDOM, seed);
		assert_false(sleeper_comes_first(WIRE_STRATEGY_SEQUENTIAL, seed));
	}
	/* One in eight fires, and one of two goes on then. */
	assert_in_range(first, 10, 50);
}

static void a_deadline_in_the_past_does_not_turn_the_clock_back(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;

	(void)state;
	scene_init(&s);
	core->now_ns = 9 * MS;
	core_wait(core, s.threads[0], NULL, 1 * MS);
	assert_true(core_advance(core));
	assert_int_equal(core->now_ns, 9 * MS);
	assert_int_equal(core_wait_end(core, s.threads[0]), WAIT_TIMED_OUT);
	fixture_release(&s.f);
}

static void a_timed_wait_that_is_served_needs_no_timer(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;
	struct object *semaphore;

	(void)state;
	scene_init(&s);
	semaphore = object_get(core, 64, WIRE_OBJECT_SEM);
	core_wait(core, s.threads[0], semaphore, 5 * MS);
	core_wait(core, s.threads[1], semaphore, 6 * MS);
	semaphore->value = 1;
	object_update(core, semaphore);
	assert_true(runnable(&s, 0));
	assert_int_equal(core_wait_end(core, s.threads[0]), WAIT_WOKEN);
	semaphore->value = 0;
	object_update(core, semaphore);
	fixture_check(&s.f);
	assert_int_equal(core->timed_count, 1);
	assert_true(core_advance(core));
	assert_int_equal(core_wait_end(core, s.threads[1]), WAIT_TIMED_OUT);
	assert_int_equal(core->now_ns, 6 * MS);
	fixture_release(&s.f);
}

static struct object *read_held_lock(struct scene *s, enum rwlock_preference preference)
{
	struct object *rwlock = object_get(&s->f.core, 64, WIRE_OBJECT_RWLOCK);

	rwlock->flags = preference;
	object_hold(&s->f.core, rwlock, s->main_thread);
	return rwlock;
}

static void wait_as(struct scene *s, int thread, struct object *rwlock, enum rwlock_mode mode)
{
	s->threads[thread]->wait.mode = mode;
	core_wait(&s->f.core, s->threads[thread], rwlock,
		mode == RWLOCK_WRITE ? MS : DEADLINE_NEVER);
}

static void readers_behind_a_preferred_writer_go_on_when_it_gives_up(void **state)
{
	struct scene s;
	struct object *rwlock;

	(void)state;
	scene_init(&s);
	rwlock = read_held_lock(&s, RWLOCK_PREFER_WRITER);
	wait_as(&s, 0, rwlock, RWLOCK_WRITE);
	wait_as(&s, 1, rwlock, RWLOCK_READ);
	assert_false(runnable(&s, 0));
	assert_false(runnable(&s, 1));
	assert_true(core_advance(&s.f.core));
	assert_true(runnable(&s, 0));
	assert_true(runnable(&s, 1));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void a_preferred_writer_that_comes_takes_the_chance_from_readers(void **state)
{
	struct scene s;
	struct object *rwlock;

	(void)state;
	scene_init(&s);
	rwlock = read_held_lock(&s, RWLOCK_PREFER_WRITER);
	wait_as(&s, 0, rwlock, RWLOCK_READ);
	assert_true(runnable(&s, 0));
	wait_as(&s, 1, rwlock, RWLOCK_WRITE);
	assert_false(runnable(&s, 0));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void preferred_readers_pass_a_waiting_writer(void **state)
{
	struct scene s;
	struct object *rwlock;

	(void)state;
	scene_init(&s);
	rwlock = read_held_lock(&s, RWLOCK_PREFER_READER);
	wait_as(&s, 0, rwlock, RWLOCK_WRITE);
	wait_as(&s, 1, rwlock, RWLOCK_READ);
	assert_false(runnable(&s, 0));
	assert_true(runnable(&s, 1));
	object_release(&s.f.core, rwlock, s.main_thread->id);
	object_update(&s.f.core, rwlock);
	assert_true(runnable(&s, 0));
	fixture_check(&s.f);
	fixture_release(&s.f);
}

static void joiners_wait_until_the_thread_has_finished(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;

	(void)state;
	scene_init(&s);
	core_wait(core, s.main_thread, s.threads[0]->self_object, DEADLINE_NEVER);
	assert_ptr_equal(core_next(core, s.main_thread), s.threads[0]);
	core_finish(core, s.threads[0]);
	fixture_check(&s.f);
	assert_true(fixture_is_runnable(&s.f, s.main_thread));
	assert_int_equal(core->live_count, 4);
	fixture_release(&s.f);
}

static void nobody_runnable_and_no_timer_is_the_end(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;
	struct object *cond;

	(void)state;
	scene_init(&s);
	cond = object_get(core, 64, WIRE_OBJECT_COND);
	for (int i = 0; i < 4; i++)
		core_wait(core, s.threads[i], cond, DEADLINE_NEVER);
	core_wait(core, s.main_thread, cond, DEADLINE_NEVER);
	assert_null(core_next(core, s.main_thread));
	assert_false(core_pass_time(core, 0));
	assert_int_equal(core->spinning_count, 0);
	assert_int_equal(core->timed_count, 0);
	fixture_release(&s.f);
}

static void who_yields_is_passed_over_once(void **state)
{
	struct scene s;
	struct core *core = &s.f.core;
	struct object *cond;

	(void)state;
	scene_init(&s);
	assert_ptr_equal(core_yield(core, s.main_thread), s.threads[0]);
	fixture_check(&s.f);
	assert_ptr_equal(core_yield(core, s.threads[3]), s.main_thread);
	cond = object_get(core, 64, WIRE_OBJECT_COND);
	for (int i = 0; i < 4; i++)
		core_wait(core, s.threads[i], cond, DEADLINE_NEVER);
	assert_ptr_equal(core_yield(core, s.main_thread), s.main_thread);
	fixture_release(&s.f);
}

static void the_step_limit_ends_the_execution_and_the_first_verdict_stays(void **state)
{
	struct fixture_args args = { .strategy = WIRE_STRATEGY_SEQUENTIAL, .step_limit = 3 };
	struct fixture f;
	struct thread *main_thread;

	(void)state;
	fixture_init(&f, &args);
	main_thread = core_thread_new(&f.core, NULL);
	for (int i = 0; i < 2; i++)
		assert_ptr_equal(
			fixture_arrive(&f, main_thread, OP_ATOMIC_STORE, 64, 10), main_thread);
	for (unsigned int i = 0; i < EFFORT_OF_OPERATION; i++)
		assert_ptr_equal(
			fixture_arrive(&f, main_thread, OP_WRITE, 64, 10), main_thread);
	assert_null(fixture_arrive(&f, main_thread, OP_WRITE, 64, 11));
	assert_int_equal(f.result.verdict, WIRE_VERDICT_STEP_LIMIT);
	assert_int_equal(f.result.pc, 11);
	core_fail(&f.core, WIRE_VERDICT_DEADLOCK, NULL);
	assert_int_equal(f.result.verdict, WIRE_VERDICT_STEP_LIMIT);
	assert_int_equal(f.result.thread, 0);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_released_mutex_makes_every_waiter_a_candidate_and_one_can_take_it),
		cmocka_unit_test(a_wait_for_what_is_free_is_over_at_once),
		cmocka_unit_test(waiters_are_counted_and_named_in_order_of_arrival),
		cmocka_unit_test(what_ended_a_wait_first_stays_its_result),
		cmocka_unit_test(
			time_jumps_to_the_earliest_deadline_and_wakes_only_whose_it_is),
		cmocka_unit_test(a_sleep_may_be_over_before_who_can_go_on_does),
		cmocka_unit_test(a_deadline_in_the_past_does_not_turn_the_clock_back),
		cmocka_unit_test(a_timed_wait_that_is_served_needs_no_timer),
		cmocka_unit_test(readers_behind_a_preferred_writer_go_on_when_it_gives_up),
		cmocka_unit_test(a_preferred_writer_that_comes_takes_the_chance_from_readers),
		cmocka_unit_test(preferred_readers_pass_a_waiting_writer),
		cmocka_unit_test(joiners_wait_until_the_thread_has_finished),
		cmocka_unit_test(nobody_runnable_and_no_timer_is_the_end),
		cmocka_unit_test(who_yields_is_passed_over_once),
		cmocka_unit_test(the_step_limit_ends_the_execution_and_the_first_verdict_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
