/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept of an execution's record, and that garbage in it leads nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/op.h"
#include "common/random.h"
#include "tool/trace/recording.h"

struct made {
	struct wire_request request;
	struct wire_result result;
	struct wire_config config;
	struct wire_event events[3];
	struct wire_thread threads[2];
	struct wire_object objects[1];
	_Alignas(8) unsigned char stacks[sizeof(struct wire_stack) + 16];
	char maps[32];
};

static void make(struct made *made)
{
	struct wire_stack *stack = (struct wire_stack *)(void *)made->stacks;

	memset(made, 0, sizeof(*made));
	made->result.thread = 1;
	made->result.stack = 0;
	for (size_t i = 0; i < 3; i++) {
		made->events[i].thread = (uint32_t)(i % 2);
		made->events[i].object = 0;
		made->events[i].stack = WIRE_NONE;
		made->events[i].op = OP_MUTEX_LOCK;
		made->events[i].chosen = WIRE_NONE;
		made->events[i].usual = WIRE_NONE;
	}
	strcpy(made->threads[0].path, "main");
	strcpy(made->threads[1].path, "main.1");
	made->threads[0].parent = WIRE_NONE;
	made->threads[0].wait_object = WIRE_NONE;
	made->threads[0].stack = WIRE_NONE;
	made->threads[1].stack = WIRE_NONE;
	made->objects[0].kind = WIRE_OBJECT_MUTEX;
	made->objects[0].holder_count = 1;
	made->objects[0].holders[0] = 1;
	made->objects[0].holder_stacks[0] = 0;
	stack->size = 16;
	strcpy(made->maps, "a map");
}

static struct recording *copy(const struct made *made)
{
	struct recording_source source = {
		.request = &made->request,
		.result = &made->result,
		.config = &made->config,
	};
	struct recording *recording = NULL;
	struct diag diag;

	source.areas[WIRE_AREA_EVENTS].bytes = made->events;
	source.areas[WIRE_AREA_EVENTS].size = sizeof(made->events);
	source.areas[WIRE_AREA_THREADS].bytes = made->threads;
	source.areas[WIRE_AREA_THREADS].size = sizeof(made->threads);
	source.areas[WIRE_AREA_OBJECTS].bytes = made->objects;
	source.areas[WIRE_AREA_OBJECTS].size = sizeof(made->objects);
	source.areas[WIRE_AREA_STACKS].bytes = made->stacks;
	source.areas[WIRE_AREA_STACKS].size = sizeof(made->stacks);
	source.areas[WIRE_AREA_MAPS].bytes = made->maps;
	source.areas[WIRE_AREA_MAPS].size = strlen(made->maps);
	assert_int_equal(recording_copy(&source, &recording, &diag), 0);
	return recording;
}

static void a_sound_record_is_copied_as_it_is(void **state)
{
	struct made made;
	struct recording *recording;
	uint64_t hash;

	(void)state;
	make(&made);
	recording = copy(&made);
	assert_int_equal(recording->damage, 0);
	assert_int_equal(recording->event_count, 3);
	assert_int_equal(recording->thread_count, 2);
	assert_string_equal(recording->maps, "a map");
	assert_non_null(recording_stack(recording, recording->result.stack));
	assert_int_equal(wire_path_parse("main.1", &hash), 0);
	assert_int_equal(recording_thread_by_path(recording, hash), 1);
	assert_int_equal(recording_path_hash(recording, 7), 0);
	recording_free(recording);
}

static void indices_that_lead_nowhere_become_none(void **state)
{
	struct made made;
	struct recording *recording;

	(void)state;
	make(&made);
	made.events[0].thread = 2;
	made.events[1].stack = 4;
	made.events[2].op = OP_KIND_COUNT;
	made.objects[0].holders[0] = 99;
	made.objects[0].kind = WIRE_OBJECT_KIND_COUNT;
	memset(made.threads[1].path, 'x', WIRE_PATH_SIZE);
	made.result.stack = sizeof(made.stacks) - 8;
	memset(made.result.message, 'y', sizeof(made.result.message));
	recording = copy(&made);
	assert_int_equal(recording->events[0].thread, WIRE_NONE);
	assert_int_equal(recording->events[1].stack, WIRE_NONE);
	assert_int_equal(recording->events[2].op, OP_NONE);
	assert_int_equal(recording->objects[0].holders[0], WIRE_NONE);
	assert_int_equal(recording->objects[0].kind, WIRE_OBJECT_NONE);
	assert_string_equal(recording->threads[1].path, "?");
	assert_int_equal(recording->result.stack, WIRE_NONE);
	assert_int_equal(strlen(recording->result.message), sizeof(made.result.message) - 1);
	assert_int_equal(recording->damage, 7);
	recording_free(recording);
}

static void a_stack_longer_than_its_area_is_refused(void **state)
{
	struct made made;
	struct recording *recording;

	(void)state;
	make(&made);
	((struct wire_stack *)(void *)made.stacks)->size = 24;
	recording = copy(&made);
	assert_null(recording_stack(recording, 0));
	assert_int_equal(recording->objects[0].holder_stacks[0], WIRE_NONE);
	recording_free(recording);
}

static void an_empty_record_is_one(void **state)
{
	struct made made;
	struct recording_source source = {
		.request = &made.request,
		.result = &made.result,
		.config = &made.config,
	};
	struct recording *recording;
	struct diag diag;

	(void)state;
	make(&made);
	assert_int_equal(recording_copy(&source, &recording, &diag), 0);
	assert_int_equal(recording->thread_count, 0);
	assert_int_equal(recording->result.thread, WIRE_NONE);
	assert_string_equal(recording->maps, "");
	recording_free(recording);
}

static volatile unsigned char read_byte;

/* Every index is followed, as a reader would: sanitisers see a wrong step. */
static void follow(const struct recording *recording)
{

	for (size_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];
		const struct wire_stack *stack = recording_stack(recording, event->stack);

		if (event->thread != WIRE_NONE)
			read_byte = (unsigned char)recording->threads[event->thread].path[0];
		if (event->object != WIRE_NONE)
			read_byte = (unsigned char)recording->objects[event->object].kind;
		if (stack && stack->size)
			read_byte = stack->bytes[stack->size - 1];
		assert_int_not_equal(op_name(event->op)[0], 0);
	}
}

static void garbage_never_leads_outside(void **state)
{
	struct random random = { .state = 1 };

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct made made;
		struct recording *recording;
		unsigned char *bytes = (unsigned char *)&made;

		make(&made);
		for (int i = 0; i < 40; i++)
			bytes[random_next(&random) % sizeof(made)] =
				(unsigned char)random_next(&random);
		made.maps[sizeof(made.maps) - 1] = '\0';
		recording = copy(&made);
		follow(recording);
		recording_free(recording);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_record_is_copied_as_it_is),
		cmocka_unit_test(indices_that_lead_nowhere_become_none),
		cmocka_unit_test(a_stack_longer_than_its_area_is_refused),
		cmocka_unit_test(an_empty_record_is_one),
		cmocka_unit_test(garbage_never_leads_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
