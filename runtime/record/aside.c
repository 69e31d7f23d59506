/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What threads did between their scheduling points, for explaining an execution: instrumented
 * code tells its accesses; of a program without any, the static variables of the executable are
 * compared with a copy whenever a thread comes to an operation, for only that thread can have
 * changed them since the event before. See record.h.
 */
#include <link.h>

#include "common/bytes.h"
#include "runtime/record/record.h"
#include "runtime/sys/memory.h"

/* Of the executable's writable data, so much is compared. */
#define DATA_MAX ((size_t)1 << 20)
#define RANGES_MAX 8u
/* And so much in all: a long execution is not to take minutes. */
#define COMPARED_MAX ((uint64_t)4 << 30)

struct range {
	const uint64_t *words; /* the program's */
	uint64_t *copy;
	size_t count;
};

static struct {
	struct wire_region *region; /* NULL: not wanted */
	struct range ranges[RANGES_MAX];
	uint32_t range_count;
	uint64_t compared;
} state;

/* An access that is left out where there is no more room: the record is right without it. */
static struct wire_event *append(const struct wire_event *event)
{
	struct wire_area *area = &state.region->areas[WIRE_AREA_ACCESSES];
	struct wire_event *place;

	if (sizeof(*place) > area->capacity - area->length)
		return NULL;
	place = (struct wire_event *)((char *)wire_area_at(state.region, WIRE_AREA_ACCESSES) +
				      area->length);
	area->length += sizeof(*place);
	*place = *event;
	place->chosen = (uint32_t)(state.region->areas[WIRE_AREA_EVENTS].length /
				   sizeof(struct wire_event));
	return place;
}

void record_aside(
	struct recorder *recorder, const struct thread *thread, const struct aside *access)
{
	struct wire_event event = {
		.pc = access->pc,
		.address = access->address,
		.thread = thread->id,
		.object = WIRE_NONE,
		.stack = WIRE_NONE,
		.result = (int32_t)access->size,
		.usual = WIRE_NONE,
		.op = (uint16_t)access->op,
	};
	struct wire_event *place;

	if (!state.region)
		return;
	event.stack = recorder->stack(recorder, thread);
	place = append(&event);
	if (place)
		record_values(place, access->op == OP_WRITE);
}

/* ---- static variables ---- */

static void add_range(uint64_t start, size_t size)
{
	struct range *range = &state.ranges[state.range_count];
	size_t skip = (8 - start % 8) % 8;

	if (state.range_count == RANGES_MAX || size < skip + 8)
		return;
	size -= skip;
	if (size > DATA_MAX)
		size = DATA_MAX;
	range->words = (const uint64_t *)(uintptr_t)(start + skip);
	range->count = size / sizeof(uint64_t);
	range->copy = memory_reserve(size);
	if (!range->copy)
		return;
	bytes_copy(range->copy, range->words, range->count * sizeof(uint64_t));
	state.range_count++;
}

/* The first that the loader names is the executable. */
static int add_executable(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size;
	(void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type == PT_LOAD && header->p_flags & PF_W)
			add_range(info->dlpi_addr + header->p_vaddr, header->p_memsz);
	}
	return 1;
}

void record_aside_begin(struct wire_region *region, int instrumented)
{
	state.region = region;
	state.range_count = 0;
	state.compared = 0;
	if (!instrumented)
		dl_iterate_phdr(add_executable, NULL);
}

static void tell_change(const struct range *range, size_t word, thread_id thread)
{
	struct wire_event event = {
		.address = (uint64_t)(uintptr_t)&range->words[word],
		.before = range->copy[word],
		.value = range->words[word],
		.known = WIRE_KNOWN_BEFORE | WIRE_KNOWN_VALUE,
		.thread = thread,
		.object = WIRE_NONE,
		.stack = WIRE_NONE,
		.result = sizeof(uint64_t),
		.usual = WIRE_NONE,
		.op = OP_WRITE,
	};

	append(&event);
}

void record_changes(thread_id thread)
{
	for (uint32_t r = 0; r < state.range_count && state.compared < COMPARED_MAX; r++) {
		struct range *range = &state.ranges[r];

		state.compared += range->count * sizeof(uint64_t);
		for (size_t i = 0; i < range->count; i++) {
			if (__builtin_expect(range->words[i] == range->copy[i], 1))
				continue;
			tell_change(range, i, thread);
			range->copy[i] = range->words[i];
		}
	}
}
