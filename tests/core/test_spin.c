/* SPDX-License-Identifier: Apache-2.0 */
/* Who spins, who only looks like it, and when an execution is a livelock. */
#include "fixture.h"
#include "machine.h"
#include "runtime/core/spin.h"

#define FLAG 0x1000
#define OTHER 0x2000
#define MS UINT64_C(1000000)

/* `thread` reads the address until the core has it set aside; returns who was named then. */
static struct thread *spin(struct fixture *f, struct thread *thread, uint64_t address)
{
	for (uint32_t i = 0; i < 2 * SPIN_READS; i++) {
		struct thread *next = fixture_arrive(f, thread, OP_ATOMIC_LOAD, address, 10);

		if (thread->state == THREAD_SPINNING)
			return next;
		assert_ptr_equal(next, thread);
	}
	fail();
	return NULL;
}

static void a_spinner_is_set_aside_and_the_next_thread_runs(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	assert_ptr_equal(spin(&f, spinner, FLAG), other);
	fixture_check(&f);
	assert_int_equal(f.core.spinning_count, 1);
	fixture_release(&f);
}

static void a_write_to_what_it_reads_releases_a_spinner_and_another_does_not(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	spin(&f, spinner, FLAG);
	fixture_arrive(&f, other, OP_ATOMIC_STORE, OTHER, 20);
	fixture_arrive(&f, other, OP_ATOMIC_STORE, FLAG, 21);
	assert_int_equal(spinner->state, THREAD_SPINNING);
	/* The write is over when its thread comes to the next operation. */
	fixture_arrive(&f, other, OP_ATOMIC_STORE, OTHER, 22);
	assert_int_equal(spinner->state, THREAD_RUNNABLE);
	fixture_check(&f);
	fixture_release(&f);
}

static void a_write_beside_no_scheduling_point_releases_a_spinner(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	spin(&f, spinner, FLAG);
	spin_note_write(&f.core, other, OTHER, 4);
	assert_int_equal(spinner->state, THREAD_SPINNING);
	spin_note_write(&f.core, other, FLAG - 4, 16);
	assert_int_equal(spinner->state, THREAD_RUNNABLE);
	fixture_release(&f);
}

static void a_write_that_changed_nothing_releases_nobody(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	spin(&f, spinner, FLAG);
	fixture_arrive(&f, other, OP_ATOMIC_CAS, FLAG, 20);
	core_unchanged(other);
	fixture_arrive(&f, other, OP_ATOMIC_CAS, FLAG, 20);
	assert_int_equal(spinner->state, THREAD_SPINNING);
	fixture_arrive(&f, other, OP_ATOMIC_LOAD, FLAG, 20);
	assert_int_equal(spinner->state, THREAD_RUNNABLE);
	fixture_release(&f);
}

static void a_spinner_that_yields_is_released_by_any_write(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	for (uint32_t i = 0; spinner->state != THREAD_SPINNING; i++) {
		assert_true(i <= SPIN_YIELDS);
		fixture_arrive(&f, spinner, OP_YIELD, 0, 10);
	}
	fixture_arrive(&f, other, OP_ATOMIC_STORE, OTHER, 20);
	fixture_arrive(&f, other, OP_ATOMIC_LOAD, OTHER, 21);
	assert_int_equal(spinner->state, THREAD_RUNNABLE);
	fixture_release(&f);
}

static void a_failing_trylock_loop_spins_and_the_unlock_releases_it(void **state)
{
	struct fixture f;
	struct thread *spinner, *other;
	struct object *mutex;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, spinner);
	mutex = object_get(&f.core, FLAG, WIRE_OBJECT_MUTEX);
	for (uint32_t i = 0; spinner->state != THREAD_SPINNING; i++) {
		assert_true(i <= SPIN_READS);
		fixture_arrive_at(&f, spinner, OP_MUTEX_TRYLOCK, mutex, 10);
		core_unchanged(spinner);
	}
	fixture_arrive_at(&f, other, OP_MUTEX_UNLOCK, mutex, 20);
	fixture_arrive(&f, other, OP_ATOMIC_LOAD, OTHER, 21);
	assert_int_equal(spinner->state, THREAD_RUNNABLE);
	fixture_release(&f);
}

static void a_scan_over_many_addresses_is_no_spinning(void **state)
{
	struct fixture f;
	struct thread *reader;

	(void)state;
	fixture_init_plain(&f);
	reader = core_thread_new(&f.core, NULL);
	core_thread_new(&f.core, reader);
	for (uint32_t i = 0; i < 4 * SPIN_READS; i++)
		fixture_arrive(&f, reader, OP_ATOMIC_LOAD, FLAG + i * 64, 10);
	assert_int_equal(reader->state, THREAD_RUNNABLE);
	for (uint32_t i = 0; reader->state != THREAD_SPINNING; i++) {
		assert_true(i < SPIN_SCAN);
		fixture_arrive(&f, reader, OP_ATOMIC_LOAD, FLAG + i * 64, 10);
	}
	fixture_release(&f);
}

static void a_write_of_its_own_begins_the_count_anew(void **state)
{
	struct fixture f;
	struct thread *thread;

	(void)state;
	fixture_init_plain(&f);
	thread = core_thread_new(&f.core, NULL);
	core_thread_new(&f.core, thread);
	for (uint32_t i = 0; i < 20; i++) {
		for (uint32_t r = 0; r < SPIN_READS - 2; r++)
			fixture_arrive(&f, thread, OP_ATOMIC_LOAD, FLAG, 10);
		fixture_arrive(&f, thread, OP_ATOMIC_STORE, OTHER, 11);
	}
	assert_int_equal(thread->state, THREAD_RUNNABLE);
	fixture_release(&f);
}

/* ---- whole programs, in every strategy ---- */

static const uint32_t strategies[] = {
	WIRE_STRATEGY_SEQUENTIAL,
	WIRE_STRATEGY_RANDOM,
	WIRE_STRATEGY_PCT,
	WIRE_STRATEGY_POS,
};

static void ends_with(const struct program *program, enum wire_verdict verdict)
{
	for (unsigned int i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++)
		for (uint64_t seed = 1; seed <= 5; seed++) {
			struct fixture_args args = { .strategy = strategies[i], .seed = seed };
			struct outcome outcome;

			args.step_limit = 10000000;
			machine_run(program, &args, &outcome, NULL);
			assert_int_equal(outcome.result.verdict, verdict);
		}
}

#define BODY(...)                                                                     \
	{                                                                             \
		.steps = { __VA_ARGS__ },                                             \
		.count = sizeof((struct step[]){ __VA_ARGS__ }) / sizeof(struct step) \
	}

static void a_spinner_does_not_starve_the_one_it_waits_for(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPAWN, 0, 2 }, { STEP_SPIN, 0, 0 },
				{ STEP_JOIN, 0, 0 }, { STEP_JOIN, 0, 1 }),
			BODY({ STEP_POLL_YIELD, 1, 0 }, { STEP_WRITE, 0, 1 }),
			BODY({ STEP_READ, 2, 0 }, { STEP_WRITE, 1, 1 }),
		},
		.body_count = 3,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void two_that_wait_for_each_other_by_spinning_are_a_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPIN, 0, 0 }, { STEP_WRITE, 1, 1 }),
			BODY({ STEP_SPIN, 1, 0 }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_LIVELOCK);
}

static void two_that_yield_to_each_other_for_ever_are_a_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_POLL_YIELD, 0, 0 }, { STEP_WRITE, 1, 1 }),
			BODY({ STEP_POLL_YIELD, 1, 0 }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_LIVELOCK);
}

static void a_spinner_beside_a_deadlock_is_a_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPIN, 0, 0 }),
			BODY({ STEP_SEM_WAIT, 0, 0 }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_LIVELOCK);
}

static void a_long_sleep_is_no_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPIN, 0, 0 }, { STEP_JOIN, 0, 0 }),
			BODY({ STEP_SLEEP, 0, 3600000 * MS }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void a_poller_that_sleeps_is_no_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_POLL_SLEEP, 0, MS },
				{ STEP_JOIN, 0, 0 }),
			BODY({ STEP_SLEEP, 0, 5000 * MS }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void sleeping_thousands_of_times_beside_a_spinner_is_no_livelock(void **state)
{
	/* Thread 1 looks every millisecond for what thread 2 brings in ten seconds; main spins.
	 */
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPAWN, 0, 2 },
				{ STEP_POLL_YIELD, 1, 0 }),
			BODY({ STEP_POLL_SLEEP, 0, MS }, { STEP_WRITE, 1, 1 }),
			BODY({ STEP_SLEEP, 0, 10000 * MS }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 3,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void waiting_for_the_clock_is_no_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_POLL_CLOCK, 0, 60000 * MS },
				{ STEP_JOIN, 0, 0 }),
			BODY({ STEP_POLL_CLOCK, 0, 1 * MS }, { STEP_SLEEP, 0, MS },
				{ STEP_POLL_CLOCK, 0, 5000 * MS }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void a_long_loop_of_reads_is_no_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_JOIN, 0, 0 }),
			BODY({ STEP_COUNT, 0, 300000 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void a_minute_of_short_sleeps_is_no_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_JOIN, 0, 0 }),
			BODY({ STEP_COUNT_SLEEPS, 0, 60000 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void sleeping_for_ever_for_what_nobody_brings_is_a_livelock(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_POLL_SLEEP, 0, 100 * MS }),
			BODY({ STEP_SEM_WAIT, 0, 0 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_LIVELOCK);
}

static void who_works_without_end_does_not_starve_who_sleeps(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_COUNT_SLEEPS, 0, 1000 },
				{ STEP_SLEEP, 0, 3600000 * MS }, { STEP_WRITE, 0, 1 },
				{ STEP_JOIN, 0, 0 }),
			BODY({ STEP_POLL_WRITE, 0, 0 }),
		},
		.body_count = 2,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void who_works_without_end_does_not_starve_who_could_run(void **state)
{
	static const struct program program = {
		.bodies = {
			BODY({ STEP_SPAWN, 0, 1 }, { STEP_SPAWN, 0, 2 }, { STEP_JOIN, 0, 0 },
				{ STEP_JOIN, 0, 1 }),
			BODY({ STEP_POLL_WRITE, 0, 0 }),
			BODY({ STEP_COUNT, 1, 200 }, { STEP_WRITE, 0, 1 }),
		},
		.body_count = 3,
	};

	(void)state;
	ends_with(&program, WIRE_VERDICT_EXIT);
}

static void the_clock_stands_still_over_no_deadline(void **state)
{
	struct fixture f;
	struct thread *spinner, *sleeper;

	(void)state;
	fixture_init_plain(&f);
	spinner = core_thread_new(&f.core, NULL);
	sleeper = core_thread_new(&f.core, spinner);
	core_wait(&f.core, sleeper, NULL, 1500);
	for (int round = 0; round < 3 && sleeper->state == THREAD_WAITING; round++) {
		assert_null(spin(&f, spinner, FLAG));
		assert_true(core_pass_time(&f.core, 0));
		assert_true(f.core.now_ns <= 1500);
		if (spinner->state == THREAD_SPINNING)
			assert_int_equal(f.core.now_ns, 1500);
	}
	assert_int_equal(core_wait_end(&f.core, sleeper), WAIT_TIMED_OUT);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spinner_is_set_aside_and_the_next_thread_runs),
		cmocka_unit_test(
			a_write_to_what_it_reads_releases_a_spinner_and_another_does_not),
		cmocka_unit_test(a_write_beside_no_scheduling_point_releases_a_spinner),
		cmocka_unit_test(a_write_that_changed_nothing_releases_nobody),
		cmocka_unit_test(a_spinner_that_yields_is_released_by_any_write),
		cmocka_unit_test(a_failing_trylock_loop_spins_and_the_unlock_releases_it),
		cmocka_unit_test(a_scan_over_many_addresses_is_no_spinning),
		cmocka_unit_test(a_write_of_its_own_begins_the_count_anew),
		cmocka_unit_test(a_spinner_does_not_starve_the_one_it_waits_for),
		cmocka_unit_test(two_that_wait_for_each_other_by_spinning_are_a_livelock),
		cmocka_unit_test(two_that_yield_to_each_other_for_ever_are_a_livelock),
		cmocka_unit_test(a_spinner_beside_a_deadlock_is_a_livelock),
		cmocka_unit_test(a_long_sleep_is_no_livelock),
		cmocka_unit_test(a_poller_that_sleeps_is_no_livelock),
		cmocka_unit_test(sleeping_thousands_of_times_beside_a_spinner_is_no_livelock),
		cmocka_unit_test(waiting_for_the_clock_is_no_livelock),
		cmocka_unit_test(a_long_loop_of_reads_is_no_livelock),
		cmocka_unit_test(a_minute_of_short_sleeps_is_no_livelock),
		cmocka_unit_test(sleeping_for_ever_for_what_nobody_brings_is_a_livelock),
		cmocka_unit_test(who_works_without_end_does_not_starve_who_sleeps),
		cmocka_unit_test(who_works_without_end_does_not_starve_who_could_run),
		cmocka_unit_test(the_clock_stands_still_over_no_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
