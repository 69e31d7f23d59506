/* SPDX-License-Identifier: Apache-2.0 */
/* Source locations to addresses and back; see resolve.h. */
#include "tool/analysis/resolve.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/symbol/location.h"

/* ---- from addresses to locations ---- */

/*
 * What the system's code does, the C++ library's headers included, has no place of its own: how
 * it is compiled, inlined or not, and which version of it, is not the program's matter. Only
 * plain accesses need one, for they are points by their place.
 */
static bool describe(struct symbols *symbols, const struct wire_event *event,
	struct schedule_location *ret_location)
{
	struct symbol_frame frame;

	symbols_display_frame(symbols, event->pc, true, &frame);
	if (frame.is_system && event->op != OP_READ && event->op != OP_WRITE)
		return false;
	if (frame.file && frame.line) {
		*ret_location = (struct schedule_location){
			.kind = SCHEDULE_LOCATION_SOURCE,
			.line = frame.line,
			.function = frame.function ? frame.function : "",
			.file = frame.short_file,
		};
		return true;
	}
	if (!frame.module)
		return false;
	*ret_location = (struct schedule_location){
		.kind = SCHEDULE_LOCATION_MODULE,
		.module = frame.module,
		.offset = frame.module_offset,
	};
	return true;
}

static uint32_t line_number(void *context, const struct wire_event *event, int *error)
{
	struct line_locations *lines = context;
	uint64_t pc = event->pc;
	struct schedule_location location;
	uint32_t number = WIRE_NONE;
	int r;

	if (pc_map_find(&lines->numbers, pc, &number))
		return number;
	if (pc && describe(lines->symbols, event, &location)) {
		r = schedule_add_location(lines->schedule, &location, &number);
		if (r < 0) {
			*error = r;
			return WIRE_NONE;
		}
	}
	*error = pc_map_add(&lines->numbers, pc, number);
	return number;
}

struct location_map line_locations_map(struct line_locations *lines)
{
	return (struct location_map){ .context = lines, .number = line_number };
}

void line_locations_release(struct line_locations *lines)
{
	pc_map_release(&lines->numbers);
}

/* ---- from locations to addresses ---- */

static int append(struct code_places *places, uint64_t start, uint64_t end, uint32_t location)
{
	struct wire_location *ranges =
		reallocarray(places->ranges, places->count + 1, sizeof(*ranges));

	if (!ranges)
		return -ENOMEM;
	ranges[places->count++] =
		(struct wire_location){ .start = start, .end = end, .location = location };
	places->ranges = ranges;
	return 0;
}

/* Returns how many ranges the location has, or -ENOMEM. */
static int resolve_source(const struct schedule_location *location, uint32_t number,
	struct symbols *symbols, struct code_places *places)
{
	const char *function = location->function[0] ? location->function : NULL;
	struct symbol_range *ranges;
	int count = symbols_find_location(
		symbols, function, location->file, location->line, NULL, 0);
	int r = 0;

	if (count <= 0)
		return count;
	ranges = calloc((size_t)count, sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	count = symbols_find_location(
		symbols, function, location->file, location->line, ranges, (size_t)count);
	for (int i = 0; i < count && r >= 0; i++)
		r = append(places, ranges[i].start, ranges[i].end, number);
	free(ranges);
	return r < 0 ? r : count;
}

static int resolve_module(const struct schedule_location *location, uint32_t number,
	struct symbols *symbols, struct code_places *places)
{
	uint64_t address;
	int r;

	if (symbols_module_address(symbols, location->module, location->offset, &address) < 0)
		return 0;
	r = append(places, address - 1, address, number);
	return r < 0 ? r : 1;
}

int resolve_by_start(const void *a, const void *b)
{
	const struct wire_location *left = a;
	const struct wire_location *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

/* The runtime searches by bisection: what a damaged file makes overlap goes to the first. */
static void sort_ranges(struct code_places *places)
{
	size_t kept = 0;

	if (places->count)
		qsort(places->ranges, places->count, sizeof(*places->ranges), resolve_by_start);
	for (size_t i = 0; i < places->count; i++) {
		struct wire_location range = places->ranges[i];

		if (kept && range.start < places->ranges[kept - 1].end)
			range.start = places->ranges[kept - 1].end;
		if (range.start < range.end)
			places->ranges[kept++] = range;
	}
	places->count = kept;
}

int resolve_locations(const struct schedule *schedule, struct symbols *symbols,
	struct code_places *ret_places, struct diag *diag)
{
	struct code_places places = { .first_missing = WIRE_NONE };

	for (uint32_t i = 0; i < schedule->location_count; i++) {
		const struct schedule_location *location = &schedule->locations[i];
		int count = location->kind == SCHEDULE_LOCATION_SOURCE
				    ? resolve_source(location, i, symbols, &places)
				    : resolve_module(location, i, symbols, &places);

		if (count < 0) {
			code_places_release(&places);
			return diag_set(diag, count, "no memory for the code of the schedule");
		}
		if (count == 0 && places.missing++ == 0)
			places.first_missing = i;
	}
	sort_ranges(&places);
	*ret_places = places;
	return 0;
}

void code_places_release(struct code_places *places)
{
	free(places->ranges);
	*places = (struct code_places){ .first_missing = WIRE_NONE };
}

/* ---- the points that decisions at plain accesses need ---- */

static bool is_plain_access(const struct wire_decision *decision)
{
	return decision->op == OP_READ || decision->op == OP_WRITE;
}

static bool needs_points(const struct wire_decision *decisions, size_t count, uint32_t location)
{
	for (size_t i = 0; i < count; i++)
		if (decisions[i].location == location && is_plain_access(&decisions[i]))
			return true;
	return false;
}

int resolve_points(const struct code_places *places, const struct wire_decision *decisions,
	size_t count, uint64_t **ret_points, size_t *ret_count)
{
	uint64_t *points = NULL;
	size_t point_count = 0;

	for (size_t i = 0; i < places->count; i++) {
		const struct wire_location *range = &places->ranges[i];
		uint64_t *grown;

		if (!needs_points(decisions, count, range->location))
			continue;
		grown = reallocarray(points, point_count + (size_t)(range->end - range->start),
			sizeof(*points));
		if (!grown) {
			free(points);
			return -ENOMEM;
		}
		points = grown;
		for (uint64_t pc = range->start + 1; pc <= range->end; pc++)
			points[point_count++] = pc;
	}
	*ret_points = points;
	*ret_count = point_count;
	return 0;
}
