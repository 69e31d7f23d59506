/* SPDX-License-Identifier: Apache-2.0 */
/* The coordinates that decisions get, from made-up records. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "common/op.h"
#include "tool/analysis/decisions.h"

#define EVENTS 16

struct script {
	struct wire_event events[EVENTS];
	struct wire_thread threads[2];
	struct recording recording;
};

static void begin(struct script *script)
{
	memset(script, 0, sizeof(*script));
	strcpy(script->threads[0].path, "main");
	strcpy(script->threads[1].path, "main.1");
	script->recording.events = script->events;
	script->recording.threads = script->threads;
	script->recording.thread_count = 2;
}

static struct wire_event *next_event(
	struct script *script, uint32_t thread, enum op_kind op, uint64_t pc)
{
	struct wire_event *event = &script->events[script->recording.event_count++];

	event->thread = thread;
	event->op = (uint16_t)op;
	event->pc = pc;
	return event;
}

static void operation(struct script *script, uint32_t thread, enum op_kind op, uint64_t pc)
{
	next_event(script, thread, op, pc);
}

static void choice(
	struct script *script, uint32_t thread, enum op_kind op, uint64_t pc, uint32_t chosen)
{
	struct wire_event *event = next_event(script, thread, op, pc);

	event->decision = WIRE_DECISION_PREEMPT;
	event->usual = thread;
	event->chosen = chosen;
	event->value = chosen;
}

static struct decision_list extract(struct script *script, struct exact_locations *locations)
{
	struct location_map map = exact_locations_map(locations);
	struct decision_list list;

	assert_int_equal(
		decisions_extract(&script->recording, DECISIONS_UNUSUAL, &map, &list), 0);
	return list;
}

static void an_operation_is_counted_by_thread_kind_and_place(void **state)
{
	struct exact_locations locations = { 0 };
	struct decision_list list;
	struct script script;

	(void)state;
	begin(&script);
	operation(&script, 0, OP_MUTEX_LOCK, 0x10);
	operation(&script, 1, OP_MUTEX_LOCK, 0x10);
	operation(&script, 0, OP_MUTEX_LOCK, 0x20);
	operation(&script, 0, OP_MUTEX_UNLOCK, 0x10);
	operation(&script, 0, OP_MUTEX_LOCK, 0x10);
	choice(&script, 0, OP_MUTEX_LOCK, 0x10, 1);
	list = extract(&script, &locations);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].occurrence, 2);
	assert_int_equal(list.items[0].repetition, 1);
	assert_int_equal(list.items[0].thread, WIRE_PATH_MAIN);
	assert_int_equal(list.items[0].value, wire_path_child(WIRE_PATH_MAIN, 1));
	assert_int_equal(locations.pcs[list.items[0].location], 0x10);
	assert_int_equal(list.events[0], 5);
	assert_int_equal(decisions_count_preemptions(list.items, list.count), 1);
	decision_list_release(&list);
	exact_locations_release(&locations);
}

static void usual_choices_are_left_out_but_counted_as_repetitions(void **state)
{
	struct exact_locations locations = { 0 };
	struct decision_list list;
	struct script script;

	(void)state;
	begin(&script);
	operation(&script, 0, OP_COND_SIGNAL, 0x10);
	choice(&script, 0, OP_COND_SIGNAL, 0x10, 0);
	choice(&script, 0, OP_COND_SIGNAL, 0x10, 1);
	next_event(&script, 0, OP_COND_SIGNAL, 0x10)->decision = WIRE_DECISION_WAKE;
	next_event(&script, 0, OP_COND_SIGNAL, 0x10)->decision = WIRE_DECISION_WAKE;
	script.events[4].value = 3;
	operation(&script, 0, OP_COND_SIGNAL, 0x10);
	choice(&script, 0, OP_COND_SIGNAL, 0x10, 1);
	list = extract(&script, &locations);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.items[0].repetition, 2);
	assert_int_equal(list.items[1].kind, WIRE_DECISION_WAKE);
	assert_int_equal(list.items[1].repetition, 2);
	assert_int_equal(list.items[1].value, 3);
	assert_int_equal(list.items[2].occurrence, 2);
	assert_int_equal(list.items[2].repetition, 1);
	decision_list_release(&list);
	exact_locations_release(&locations);
}

static void a_decision_belongs_to_the_last_operation_its_thread_came_to(void **state)
{
	struct exact_locations locations = { 0 };
	struct decision_list list;
	struct script script;

	(void)state;
	begin(&script);
	choice(&script, 1, OP_THREAD_START, 0, 0);
	operation(&script, 0, OP_MUTEX_LOCK, 0x10);
	choice(&script, 0, OP_THREAD_EXIT, 0x10, 1);
	list = extract(&script, &locations);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].op, OP_MUTEX_LOCK);
	assert_int_equal(list.items[0].occurrence, 1);
	decision_list_release(&list);
	exact_locations_release(&locations);
}

static void without_a_location_all_operations_of_the_kind_count(void **state)
{
	struct exact_locations locations = { 0 };
	struct decision_list list;
	struct script script;

	(void)state;
	begin(&script);
	operation(&script, 0, OP_MUTEX_LOCK, 0x10);
	operation(&script, 0, OP_MUTEX_LOCK, 0);
	choice(&script, 0, OP_MUTEX_LOCK, 0, 1);
	list = extract(&script, &locations);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].location, WIRE_NONE);
	assert_int_equal(list.items[0].occurrence, 2);
	decision_list_release(&list);
	exact_locations_release(&locations);
}

static uint32_t failing_number(void *context, const struct wire_event *event, int *error)
{
	(void)context;
	(void)event;
	*error = -ENOMEM;
	return WIRE_NONE;
}

static void an_error_of_the_map_is_handed_on(void **state)
{
	struct location_map map = { NULL, failing_number };
	struct decision_list list;
	struct script script;

	(void)state;
	begin(&script);
	operation(&script, 0, OP_MUTEX_LOCK, 0x10);
	assert_int_equal(
		decisions_extract(&script.recording, DECISIONS_UNUSUAL, &map, &list), -ENOMEM);
}

static void many_locations_keep_their_numbers(void **state)
{
	struct exact_locations locations = { 0 };
	struct location_map map = exact_locations_map(&locations);
	int error = 0;

	(void)state;
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 5000; i++) {
			struct wire_event event = { .pc = 0x1000 + i * 16 };

			assert_int_equal(map.number(map.context, &event, &error), i);
		}
	assert_int_equal(locations.count, 5000);
	exact_locations_release(&locations);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_operation_is_counted_by_thread_kind_and_place),
		cmocka_unit_test(usual_choices_are_left_out_but_counted_as_repetitions),
		cmocka_unit_test(a_decision_belongs_to_the_last_operation_its_thread_came_to),
		cmocka_unit_test(without_a_location_all_operations_of_the_kind_count),
		cmocka_unit_test(an_error_of_the_map_is_handed_on),
		cmocka_unit_test(many_locations_keep_their_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
