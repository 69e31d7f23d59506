/* SPDX-License-Identifier: Apache-2.0 */
/* The search over a world of counters: no database is needed to know what it tries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/sql/core/search.h"

#define SESSIONS 3
#define SEEN_MAX 128

struct world {
	int steps[SESSIONS]; /* of each session */
	int taken[SESSIONS];
	char path[32];
	char seen[SEEN_MAX][32];
	size_t seen_count;
	int changes_at; /* the execution in which it offers less; 0: never */
	int begun;
};

static int world_begin(void *context)
{
	struct world *world = context;

	memset(world->taken, 0, sizeof(world->taken));
	world->path[0] = '\0';
	world->begun++;
	return 0;
}

static int world_actions(void *context, struct action actions[SEARCH_ACTIONS_MAX])
{
	struct world *world = context;
	int count = 0;

	for (int i = 0; i < SESSIONS; i++)
		if (world->taken[i] < world->steps[i])
			actions[count++] = (struct action){ .session = (uint8_t)i };
	if (world->begun == world->changes_at && count > 1)
		count--;
	return count;
}

static int world_perform(void *context, struct action action)
{
	struct world *world = context;
	size_t size = strlen(world->path);

	world->taken[action.session]++;
	world->path[size] = (char)('a' + action.session);
	world->path[size + 1] = '\0';
	return 0;
}

static int world_end(void *context)
{
	struct world *world = context;

	assert_true(world->seen_count < SEEN_MAX);
	for (size_t i = 0; i < world->seen_count && !world->changes_at; i++)
		assert_string_not_equal(world->seen[i], world->path);
	strcpy(world->seen[world->seen_count++], world->path);
	return 0;
}

static bool all_independent(void *context, struct action a, struct action b)
{
	(void)context;
	return a.session != b.session;
}

/* Session 2 has to do with nobody. */
static bool third_independent(void *context, struct action a, struct action b)
{
	(void)context;
	return a.session == 2 || b.session == 2;
}

static struct search_stats explore(struct world *world, uint64_t max,
	bool (*independent)(void *, struct action, struct action))
{
	struct search_world ops = { .context = world,
		.begin = world_begin,
		.actions = world_actions,
		.perform = world_perform,
		.independent = independent,
		.end = world_end };
	struct search_stats stats = { 0 };

	assert_int_equal(search_run(&ops, max, &stats), 0);
	return stats;
}

static void every_interleaving_comes_once(void **state)
{
	struct world world = { .steps = { 3, 3, 0 } };
	struct search_stats stats = explore(&world, 0, NULL);

	(void)state;
	assert_int_equal(stats.executions, 20);
	assert_true(stats.complete);
	assert_int_equal(stats.divergences, 0);
}

static void three_sessions_give_the_multinomial(void **state)
{
	struct world world = { .steps = { 2, 2, 1 } };

	(void)state;
	assert_int_equal(explore(&world, 0, NULL).executions, 30);
}

static void independent_sessions_need_one_execution(void **state)
{
	struct world world = { .steps = { 3, 3, 0 } };
	struct search_stats stats = explore(&world, 0, all_independent);

	(void)state;
	assert_int_equal(stats.executions, 1);
	assert_true(stats.complete);
}

static void one_independent_session_adds_nothing(void **state)
{
	struct world world = { .steps = { 2, 2, 2 } };

	(void)state;
	assert_int_equal(explore(&world, 0, third_independent).executions, 6);
}

static void a_limit_ends_it_incomplete(void **state)
{
	struct world world = { .steps = { 3, 3, 0 } };
	struct search_stats stats = explore(&world, 7, NULL);

	(void)state;
	assert_int_equal(stats.executions, 7);
	assert_false(stats.complete);
}

static void a_prefix_that_changes_is_counted(void **state)
{
	struct world world = { .steps = { 2, 2, 0 }, .changes_at = 3 };

	(void)state;
	assert_true(explore(&world, 0, NULL).divergences > 0);
}

static int failing_perform(void *context, struct action action)
{
	(void)context;
	(void)action;
	return -5;
}

static void an_error_of_the_world_ends_it(void **state)
{
	struct world world = { .steps = { 1, 1, 0 } };
	struct search_world ops = { .context = &world,
		.begin = world_begin,
		.actions = world_actions,
		.perform = failing_perform,
		.end = world_end };
	struct search_stats stats = { 0 };

	(void)state;
	assert_int_equal(search_run(&ops, 0, &stats), -5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_interleaving_comes_once),
		cmocka_unit_test(three_sessions_give_the_multinomial),
		cmocka_unit_test(independent_sessions_need_one_execution),
		cmocka_unit_test(one_independent_session_adds_nothing),
		cmocka_unit_test(a_limit_ends_it_incomplete),
		cmocka_unit_test(a_prefix_that_changes_is_counted),
		cmocka_unit_test(an_error_of_the_world_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
