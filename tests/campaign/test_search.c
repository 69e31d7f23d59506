/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the search makes of an execution's trace: which operations could come the other way
 * round, which of that is tried first, and which write each read saw.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "common/op.h"
#include "tool/search/frontier.h"
#include "tool/search/history.h"
#include "tool/search/reads_from.h"

#define STEPS_MAX 32
#define BALANCE 0x5000
#define OTHER 0x6000

static struct wire_step trace[STEPS_MAX];
static size_t trace_count;
static const struct points no_points = { .list = NULL };
static struct points asserted; /* reads that an assertion depends on */

static uint64_t path_of(uint32_t thread)
{
	return thread == 0 ? WIRE_PATH_MAIN : wire_path_child(WIRE_PATH_MAIN, thread);
}

static void step(uint32_t thread, enum op_kind op, uint64_t place, uint32_t code)
{
	uint32_t occurrence = 1;

	for (size_t i = 0; i < trace_count; i++)
		occurrence += trace[i].number == thread && trace[i].code == code;
	assert_true(trace_count < STEPS_MAX);
	trace[trace_count++] = (struct wire_step){
		.pc = code,
		.code = code,
		.place = place,
		.thread = path_of(thread),
		.number = thread,
		.occurrence = occurrence,
		.size = 4,
		.op = (uint16_t)op,
	};
}

/* Two threads that each read the balance and write it, one after the other. */
static void two_withdrawals(void)
{
	trace_count = 0;
	step(0, OP_THREAD_CREATE, 0, 1);
	step(0, OP_THREAD_CREATE, 0, 1);
	step(1, OP_ATOMIC_LOAD, BALANCE, 10);
	step(1, OP_ATOMIC_STORE, BALANCE, 11);
	step(2, OP_ATOMIC_LOAD, BALANCE, 20);
	step(2, OP_ATOMIC_STORE, BALANCE, 21);
}

static struct history build(void)
{
	const struct history_code code = { .points = &no_points, .asserted = &asserted };
	struct history history;

	assert_int_equal(history_build(trace, trace_count, &code, &history), 0);
	return history;
}

static void accesses_of_two_threads_may_come_the_other_way_round(void **state)
{
	struct history history;

	(void)state;
	two_withdrawals();
	history = build();
	assert_int_equal(history.count, 4);
	assert_true(history_reversible(&history, 0, 3));
	assert_true(history_reversible(&history, 1, 2));
	/* Two readings; and two operations of one thread. */
	assert_false(history_reversible(&history, 0, 2));
	assert_false(history_reversible(&history, 0, 1));
	history_release(&history);
}

static void what_creation_and_joining_order_stays_so(void **state)
{
	struct history history;

	(void)state;
	trace_count = 0;
	step(0, OP_ATOMIC_STORE, BALANCE, 5);
	step(0, OP_THREAD_CREATE, 0, 1);
	step(1, OP_ATOMIC_STORE, BALANCE, 10);
	step(1, OP_THREAD_EXIT, 0x7000, 12);
	step(0, OP_THREAD_JOIN, 0x7000, 2);
	step(0, OP_ATOMIC_LOAD, BALANCE, 6);
	history = build();
	assert_int_equal(history.count, 3);
	assert_false(history_reversible(&history, 0, 1));
	assert_false(history_reversible(&history, 1, 2));
	history_release(&history);
}

static void what_one_thread_uses_is_left_out(void **state)
{
	struct history history;

	(void)state;
	two_withdrawals();
	step(1, OP_ATOMIC_STORE, OTHER, 30);
	step(1, OP_ATOMIC_LOAD, OTHER, 31);
	history = build();
	assert_int_equal(history.count, 4);
	history_release(&history);
}

static void add(struct frontier *frontier, const struct wire_request *request, uint64_t hash)
{
	struct history history = build();

	assert_int_equal(frontier_add(frontier, &history, request, hash, 1), 0);
	history_release(&history);
}

/* The first is the one between reading and writing; none comes twice; in the end it is empty.
 */
static void the_likeliest_comes_first_and_once(void **state)
{
	const struct wire_request sequential = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	struct wire_request taken[STEPS_MAX];
	struct frontier frontier = { .seed = 1 };
	size_t count = 0;

	(void)state;
	two_withdrawals();
	add(&frontier, &sequential, 100);
	memset(taken, 0, sizeof(taken));
	while (count < STEPS_MAX && frontier_take(&frontier, &taken[count]))
		count++;
	assert_in_range(count, 2, STEPS_MAX - 1);
	assert_int_equal(taken[0].order_count, 1);
	assert_int_equal(taken[0].base, WIRE_STRATEGY_SEQUENTIAL);
	assert_int_equal(taken[0].orders[0].second.code, 11);
	assert_int_equal(taken[0].orders[0].first.thread, path_of(2));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(&taken[i].orders[0], &taken[j].orders[0],
				sizeof(taken[i].orders[0]));
	frontier_release(&frontier);
}

/* How often, of 100 seeds, the first one stops a thread before its write with that code. */
static int first_is_before(uint32_t code)
{
	const struct wire_request sequential = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	int count = 0;

	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct frontier frontier = { .seed = seed };
		struct wire_request taken = { .order_count = 0 };

		add(&frontier, &sequential, 100);
		assert_true(frontier_take(&frontier, &taken));
		count += taken.orders[0].second.code == code;
		frontier_release(&frontier);
	}
	return count;
}

/* Of two that are alike. */
static void what_an_assertion_reads_comes_first(void **state)
{
	static const uint64_t input = 30;

	(void)state;
	two_withdrawals();
	step(1, OP_ATOMIC_LOAD, OTHER, 30);
	step(1, OP_ATOMIC_STORE, OTHER, 31);
	step(2, OP_ATOMIC_LOAD, OTHER, 40);
	step(2, OP_ATOMIC_STORE, OTHER, 41);
	assert_in_range(first_is_before(31), 0, 50);
	assert_int_equal(points_add(&asserted, &input, 1), 0);
	assert_in_range(first_is_before(31), 75, 100);
	points_release(&asserted);
	asserted = (struct points){ .list = NULL };
}

static void the_same_execution_has_nothing_new(void **state)
{
	const struct wire_request sequential = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	struct frontier frontier = { .seed = 1 };
	size_t count;

	(void)state;
	two_withdrawals();
	add(&frontier, &sequential, 100);
	count = frontier.count;
	add(&frontier, &sequential, 100);
	assert_int_equal(frontier.count, count);
	frontier_release(&frontier);
}

/* What was driven once is driven further: its orders and one more. */
static void a_driven_execution_is_continued(void **state)
{
	const struct wire_request sequential = { .strategy = WIRE_STRATEGY_SEQUENTIAL };
	struct wire_request first = { .strategy = 0 }, next;
	struct frontier frontier = { .seed = 1 };
	uint32_t longest = 0;

	(void)state;
	two_withdrawals();
	add(&frontier, &sequential, 100);
	assert_true(frontier_take(&frontier, &first));
	trace_count = 2;
	step(1, OP_ATOMIC_LOAD, BALANCE, 10);
	step(2, OP_ATOMIC_LOAD, BALANCE, 20);
	step(2, OP_ATOMIC_STORE, BALANCE, 21);
	step(1, OP_ATOMIC_STORE, BALANCE, 11);
	add(&frontier, &first, 101);
	while (frontier_take(&frontier, &next)) {
		if (next.order_count > longest)
			longest = next.order_count;
		if (next.order_count == 2)
			assert_memory_equal(
				&next.orders[0], &first.orders[0], sizeof(first.orders[0]));
	}
	assert_int_equal(longest, 2);
	frontier_release(&frontier);
}

/* Is there a candidate that has `second` of one thread wait for `first` of another? */
static bool waits_for(struct frontier *frontier, uint32_t second, uint32_t first)
{
	struct wire_request taken;
	bool found = false;

	while (frontier_take(frontier, &taken)) {
		const struct wire_order *order = &taken.orders[taken.order_count - 1];

		found |= order->second.code == second && order->first.code == first;
	}
	return found;
}

/* The second thread did what it only does when the first has gone half its way. */
static void half_way(const struct wire_request *first, struct frontier *frontier)
{
	const struct wire_request sequential = { .strategy = WIRE_STRATEGY_SEQUENTIAL };

	two_withdrawals();
	add(frontier, &sequential, 100);
	while (frontier_take(frontier, &(struct wire_request){ .order_count = 0 }))
		;
	trace_count = 2;
	step(1, OP_ATOMIC_LOAD, BALANCE, 10);
	step(2, OP_ATOMIC_LOAD, BALANCE, 20);
	step(2, OP_ATOMIC_STORE, BALANCE, 22); /* was never done */
	step(1, OP_ATOMIC_LOAD, BALANCE, 12);
	step(1, OP_ATOMIC_STORE, BALANCE, 11);
	step(2, OP_ATOMIC_LOAD, BALANCE, 23);
	add(frontier, first, 101);
}

static void what_was_never_done_leads_on(void **state)
{
	const struct wire_request alien = { .strategy = WIRE_STRATEGY_POS };
	struct frontier frontier = { .seed = 1 };
	struct wire_request taken = { .order_count = 0 };

	(void)state;
	half_way(&alien, &frontier);
	assert_true(frontier_take(&frontier, &taken));
	assert_true(taken.orders[0].first.code == 22 || taken.orders[0].first.code == 11 ||
		    taken.orders[0].first.code == 23);
	frontier_release(&frontier);
}

/* The order says that 22 waits for 10, so 10 can't wait for 22. */
static void orders_do_not_hold_threads_for_each_other(void **state)
{
	const struct wire_request driven = {
		.strategy = WIRE_STRATEGY_DRIVEN,
		.order_count = 1,
		.orders = { {
			.first = { .thread = path_of(1),
				.pc = 10,
				.code = 10,
				.occurrence = 1 },
			.second = { .thread = path_of(2),
				.pc = 20,
				.code = 20,
				.occurrence = 1 },
		} },
	};
	const struct wire_request free_of_orders = { .strategy = WIRE_STRATEGY_POS };
	struct frontier frontier = { .seed = 1 };

	(void)state;
	half_way(&driven, &frontier);
	assert_false(waits_for(&frontier, 10, 22));
	frontier_release(&frontier);
	frontier = (struct frontier){ .seed = 1 };
	half_way(&free_of_orders, &frontier);
	assert_true(waits_for(&frontier, 10, 22));
	frontier_release(&frontier);
}

static struct rf_news note(struct reads_from *reads_from)
{
	struct history history = build();
	struct rf_news news;

	assert_int_equal(reads_from_note(reads_from, &history, &news), 0);
	history_release(&history);
	return news;
}

static void a_pair_is_news_once(void **state)
{
	struct reads_from reads_from = { .pairs = NULL };

	(void)state;
	two_withdrawals();
	/* One saw the initial value, the other what the first wrote. */
	assert_int_equal(note(&reads_from).pairs, 2);
	assert_int_equal(note(&reads_from).pairs, 0);
	reads_from_release(&reads_from);
}

static void a_pair_that_could_be_is_pursued(void **state)
{
	struct reads_from reads_from = { .pairs = NULL };
	struct wire_request request = { .order_count = 0 };
	struct random random;
	bool wanted = false;

	(void)state;
	two_withdrawals();
	note(&reads_from);
	random_init(&random, 1);
	for (int i = 0; i < 50; i++) {
		assert_true(reads_from_pursue(&reads_from, &random, &request));
		assert_int_equal(request.order_count, 1);
		wanted |= request.orders[0].first.code == 21 &&
			  request.orders[0].second.code == 10;
	}
	/* That the first thread reads what the second one writes was not seen. */
	assert_true(wanted);
	reads_from_release(&reads_from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses_of_two_threads_may_come_the_other_way_round),
		cmocka_unit_test(what_creation_and_joining_order_stays_so),
		cmocka_unit_test(what_one_thread_uses_is_left_out),
		cmocka_unit_test(the_likeliest_comes_first_and_once),
		cmocka_unit_test(what_an_assertion_reads_comes_first),
		cmocka_unit_test(the_same_execution_has_nothing_new),
		cmocka_unit_test(a_driven_execution_is_continued),
		cmocka_unit_test(what_was_never_done_leads_on),
		cmocka_unit_test(orders_do_not_hold_threads_for_each_other),
		cmocka_unit_test(a_pair_is_news_once),
		cmocka_unit_test(a_pair_that_could_be_is_pursued),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
