/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thousands of small random programs in all strategies: every invariant is asserted after each
 * move (see fixture_check() and the model in machine.c), the same seed gives the same
 * execution, recording changes nothing, and an execution's unusual decisions, replayed, give
 * that execution again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/random.h"
#include "decisions.h"
#include "machine.h"

#define PROGRAMS 600u
#define STEP_LIMIT 1500u

static const uint32_t strategies[] = {
	WIRE_STRATEGY_SEQUENTIAL,
	WIRE_STRATEGY_RANDOM,
	WIRE_STRATEGY_PCT,
	WIRE_STRATEGY_POS,
};

static void add(struct body *body, enum step_kind kind, uint32_t name, uint64_t value)
{
	if (body->count < MACHINE_STEPS_MAX)
		body->steps[body->count++] = (struct step){ kind, name, value };
}

/* One idiom: a step, or a few that belong together. Deadlocks and lost signals are welcome. */
static void add_idiom(struct random *random, struct body *body)
{
	static const enum step_kind singles[] = {
		STEP_READ,
		STEP_WRITE,
		STEP_CAS,
		STEP_YIELD,
		STEP_SEM_POST,
		STEP_COND_SIGNAL,
		STEP_COND_BROADCAST,
		STEP_UNLOCK,
		STEP_RWUNLOCK,
		STEP_LOCK,
		STEP_SPIN,
		STEP_POLL_YIELD,
		STEP_READ,
		STEP_CAS,
	};
	uint32_t name = random_below(random, 2);
	uint32_t duration = random_below(random, 3) * 1000;

	switch (random_below(random, 10)) {
	case 0:
		add(body, STEP_LOCK, name, 0);
		add(body, STEP_WRITE, name, random_below(random, 2));
		add(body, STEP_UNLOCK, name, 0);
		break;
	case 1:
		add(body, STEP_LOCK, name, 0);
		add(body, STEP_COND_WAIT, name, 0);
		add(body, STEP_UNLOCK, name, 0);
		break;
	case 2:
		add(body, random_below(random, 2) ? STEP_RDLOCK : STEP_WRLOCK, name, duration);
		add(body, STEP_READ, name, 0);
		add(body, STEP_RWUNLOCK, name, 0);
		break;
	case 3:
		add(body, STEP_SEM_WAIT, name, duration);
		break;
	case 4:
		add(body, STEP_SLEEP, 0, 1 + duration);
		break;
	case 5:
		add(body, STEP_BARRIER, name, 2);
		break;
	default:
		add(body, singles[random_below(random, sizeof(singles) / sizeof(singles[0]))],
			name, 1 + random_below(random, 2));
		break;
	}
}

static void generate(struct random *random, struct program *program)
{
	uint32_t children = 1 + random_below(random, 4);

	memset(program, 0, sizeof(*program));
	program->rwlock_preference = random_below(random, 2);
	program->body_count = children + 1;
	for (uint32_t i = 1; i <= children; i++) {
		add(&program->bodies[0], STEP_SPAWN, 0, i);
		for (uint32_t idioms = 1 + random_below(random, 5); idioms; idioms--)
			add_idiom(random, &program->bodies[i]);
		/* Some threads make threads themselves: one that is further down the list. */
		if (i < children && random_below(random, 4) == 0)
			add(&program->bodies[i], STEP_SPAWN, 0, i + 1);
	}
	add_idiom(random, &program->bodies[0]);
	for (uint32_t i = 0; i < children; i++)
		add(&program->bodies[0], STEP_JOIN, 0, i);
}

static void assert_same(const struct outcome *a, const struct outcome *b)
{
	assert_int_equal(a->result.verdict, b->result.verdict);
	assert_int_equal(a->trace, b->trace);
	assert_int_equal(a->values, b->values);
	assert_int_equal(a->result.hash, b->result.hash);
	assert_int_equal(a->result.behaviour, b->result.behaviour);
	assert_int_equal(a->result.steps, b->result.steps);
	assert_int_equal(a->result.switches, b->result.switches);
	assert_int_equal(a->result.preemptions, b->result.preemptions);
	assert_int_equal(a->result.virtual_ns, b->result.virtual_ns);
}

static void assert_replays(const struct program *program, const struct outcome *original,
	const struct event_log *log, bool anywhere)
{
	struct decisions decisions = decisions_of(log, original->paths, anywhere);
	struct fixture_args args = {
		.strategy = WIRE_STRATEGY_REPLAY,
		.step_limit = STEP_LIMIT,
		.decisions = decisions.items,
		.decision_count = decisions.count,
	};
	struct outcome again;

	args.location_count = machine_locations(&args.locations);
	machine_run(program, &args, &again, NULL);
	assert_same(original, &again);
	assert_int_equal(again.result.decisions_applied, decisions.count);
	free(decisions.items);
}

static void try_program(const struct program *program, uint64_t seed, uint32_t *verdicts)
{
	for (unsigned int i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++) {
		struct fixture_args args = { .strategy = strategies[i], .seed = seed };
		struct outcome first, second, recorded;
		struct event_log log;

		args.step_limit = STEP_LIMIT;
		args.step_estimate = 40;
		args.depth = 3;
		machine_run(program, &args, &first, NULL);
		machine_run(program, &args, &second, NULL);
		machine_run(program, &args, &recorded, &log);
		assert_same(&first, &second);
		assert_same(&first, &recorded);
		assert_replays(program, &recorded, &log, false);
		assert_replays(program, &recorded, &log, true);
		free(log.events);
		verdicts[first.result.verdict]++;
	}
}

static void random_programs_keep_all_invariants_and_replay(void **state)
{
	uint32_t verdicts[WIRE_VERDICT_DEFECT + 1] = { 0 };
	struct random random;

	(void)state;
	random_init(&random, 20);
	for (uint64_t seed = 1; seed <= PROGRAMS; seed++) {
		struct program program;

		generate(&random, &program);
		try_program(&program, seed, verdicts);
	}
	/* The programs are worth it only while each of these endings is a common one. */
	print_message("exit %u, deadlock %u, step limit %u\n", verdicts[WIRE_VERDICT_EXIT],
		verdicts[WIRE_VERDICT_DEADLOCK], verdicts[WIRE_VERDICT_STEP_LIMIT]);
	assert_true(verdicts[WIRE_VERDICT_EXIT] > PROGRAMS / 10);
	assert_true(verdicts[WIRE_VERDICT_DEADLOCK] > PROGRAMS / 10);
	assert_true(verdicts[WIRE_VERDICT_STEP_LIMIT] > PROGRAMS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_programs_keep_all_invariants_and_replay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
