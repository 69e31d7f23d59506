/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: whatever a program wrote over the record of its execution, what is kept of
 * it leads nowhere else. The input is cut into the areas of the region.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tool/trace/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_number(uint32_t number, size_t count)
{
	if (number != WIRE_NONE && number >= count)
		abort();
}

static void check(const struct recording *recording)
{
	for (size_t i = 0; i < recording->event_count; i++) {
		const struct wire_event *event = &recording->events[i];

		check_number(event->thread, recording->thread_count);
		check_number(event->object, recording->object_count);
		if (event->stack != WIRE_NONE && !recording_stack(recording, event->stack))
			abort();
	}
	for (size_t i = 0; i < recording->thread_count; i++)
		if (strlen(recording->threads[i].path) >= WIRE_PATH_SIZE)
			abort();
	check_number(recording->result.thread, recording->thread_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum wire_area_id areas[] = { WIRE_AREA_EVENTS, WIRE_AREA_THREADS,
		WIRE_AREA_OBJECTS, WIRE_AREA_STACKS, WIRE_AREA_MAPS };
	struct wire_request request = { 0 };
	struct wire_result result = { 0 };
	struct wire_config config = { 0 };
	struct recording_source source = {
		.request = &request,
		.result = &result,
		.config = &config,
	};
	struct recording *recording;
	struct diag diag;
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	memcpy(&result, data, size < sizeof(result) ? size : sizeof(result));
	for (size_t i = 0; i < 5; i++) {
		source.areas[areas[i]].bytes = copy + i * (size / 5);
		source.areas[areas[i]].size = size / 5;
	}
	if (recording_copy(&source, &recording, &diag) == 0) {
		check(recording);
		recording_free(recording);
	}
	free(copy);
	return 0;
}
