/* SPDX-License-Identifier: Apache-2.0 */
/* Where the operations of a schedule may have moved to; see align.h. */
#include "tool/analysis/align.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/hash.h"
#include "common/op.h"
#include "tool/analysis/pc_map.h"
#include "tool/analysis/resolve.h"

/* The folders of a file depend on where it was compiled. */
static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Function, file, line and operation in one number, for the set of those that were seen. */
static uint64_t place_key(const struct schedule_location *location, uint32_t line, uint32_t op)
{
	uint64_t hash = hash_fold(
		hash_string(location->function), hash_string(base_name(location->file)));

	return hash_fold(hash_fold(hash, line), op);
}

/* ---- what is where now ---- */

static int note(struct pc_map *set, uint64_t key)
{
	uint32_t unused;

	return pc_map_find(set, key, &unused) ? 0 : pc_map_add(set, key, 1);
}

static int note_operations(
	struct pc_map *set, const struct recording *seen, struct symbols *symbols)
{
	struct schedule *all = schedule_new();
	struct line_locations lines = { .symbols = symbols, .schedule = all };
	struct location_map map = line_locations_map(&lines);
	int r = all ? 0 : -ENOMEM;

	for (size_t i = 0; i < seen->event_count && r == 0; i++) {
		const struct wire_event *event = &seen->events[i];
		uint32_t number = map.number(map.context, event, &r);
		const struct schedule_location *location;

		if (r < 0 || number == WIRE_NONE || event->decision != WIRE_DECISION_NONE)
			continue;
		location = &all->locations[number];
		if (location->kind == SCHEDULE_LOCATION_SOURCE)
			r = note(set, place_key(location, location->line, event->op));
	}
	line_locations_release(&lines);
	schedule_free(all);
	return r;
}

bool align_same_place(const struct schedule_location *a, const struct schedule_location *b)
{
	if (a->kind != SCHEDULE_LOCATION_SOURCE || b->kind != SCHEDULE_LOCATION_SOURCE)
		return schedule_location_equal(a, b);
	return a->line == b->line && place_key(a, a->line, 0) == place_key(b, b->line, 0);
}

/* ---- shifts that fit ---- */

struct fitting {
	const struct schedule *schedule;
	const struct pc_map *seen;
};

static bool is_there(
	const struct fitting *fitting, const struct schedule_decision *decision, int32_t shift)
{
	const struct schedule_location *location =
		&fitting->schedule->locations[decision->location];
	int64_t line = (int64_t)location->line + shift;
	uint32_t unused;

	return line > 0 && pc_map_find(fitting->seen,
				   place_key(location, (uint32_t)line, decision->op), &unused);
}

static bool has_source(const struct schedule *schedule, uint32_t location)
{
	return location != WIRE_NONE &&
	       schedule->locations[location].kind == SCHEDULE_LOCATION_SOURCE;
}

static bool same_function(const struct schedule_location *a, const struct schedule_location *b)
{
	return strcmp(a->function, b->function) == 0 &&
	       strcmp(base_name(a->file), base_name(b->file)) == 0;
}

/* Are all named operations of the function (NULL: of all) there, that many lines on? */
static bool fits(
	const struct fitting *fitting, const struct schedule_location *function, int32_t shift)
{
	const struct schedule *schedule = fitting->schedule;

	for (size_t i = 0; i < schedule->decision_count; i++) {
		const struct schedule_decision *decision = &schedule->decisions[i];

		if (!has_source(schedule, decision->location))
			continue;
		if (function &&
			!same_function(function, &schedule->locations[decision->location]))
			continue;
		if (!is_there(fitting, decision, shift))
			return false;
	}
	return true;
}

/* 0, 1, -1, 2, -2 ... */
static int32_t nth_shift(uint32_t n)
{
	int32_t distance = (int32_t)(n + 1) / 2;

	return n % 2 ? distance : -distance;
}

static int32_t smallest_shift(
	const struct fitting *fitting, const struct schedule_location *function)
{
	for (uint32_t n = 0; n <= 2 * ALIGN_LINES; n++)
		if (fits(fitting, function, nth_shift(n)))
			return nth_shift(n);
	return 0;
}

static void add_uniform(const struct fitting *fitting, struct alignment *alignment)
{
	for (uint32_t n = 1; n <= 2 * ALIGN_LINES; n++) {
		if (alignment->variants == ALIGN_VARIANTS_MAX - 1)
			return;
		if (!fits(fitting, NULL, nth_shift(n)))
			continue;
		for (size_t i = 0; i < alignment->location_count; i++)
			alignment->shifts[alignment->variants * alignment->location_count + i] =
				nth_shift(n);
		alignment->variants++;
	}
}

static void add_by_function(const struct fitting *fitting, struct alignment *alignment)
{
	int32_t *shifts = alignment->shifts + alignment->variants * alignment->location_count;
	bool moved = false;

	for (uint32_t i = 0; i < alignment->location_count; i++) {
		if (has_source(fitting->schedule, i))
			shifts[i] = smallest_shift(fitting, &fitting->schedule->locations[i]);
		moved = moved || shifts[i];
	}
	alignment->variants += moved;
}

int align_find(const struct schedule *schedule, const struct recording *seen,
	struct symbols *symbols, struct alignment *ret_alignment)
{
	struct alignment alignment = { .location_count = schedule->location_count };
	struct pc_map set = { 0 };
	struct fitting fitting = { .schedule = schedule, .seen = &set };
	int r = note_operations(&set, seen, symbols);

	if (r == 0) {
		alignment.shifts = calloc(ALIGN_VARIANTS_MAX * alignment.location_count + 1,
			sizeof(*alignment.shifts));
		r = alignment.shifts ? 0 : -ENOMEM;
	}
	if (r == 0 && alignment.location_count) {
		add_by_function(&fitting, &alignment);
		add_uniform(&fitting, &alignment);
	}
	pc_map_release(&set);
	if (r == 0)
		*ret_alignment = alignment;
	return r;
}

void alignment_release(struct alignment *alignment)
{
	free(alignment->shifts);
	*alignment = (struct alignment){ 0 };
}

struct schedule_location *align_locations(
	const struct schedule *schedule, const struct alignment *alignment, size_t variant)
{
	struct schedule_location *locations =
		calloc(schedule->location_count + 1, sizeof(*locations));

	for (size_t i = 0; locations && i < schedule->location_count; i++) {
		locations[i] = schedule->locations[i];
		if (locations[i].kind == SCHEDULE_LOCATION_SOURCE)
			locations[i].line +=
				(uint32_t)alignment
					->shifts[variant * alignment->location_count + i];
	}
	return locations;
}

/* ---- where plain accesses may be ---- */

int align_points(const struct schedule *schedule, struct symbols *symbols,
	uint64_t **ret_points, size_t *ret_count)
{
	struct schedule *around = schedule_new();
	struct code_places places = { 0 };
	struct wire_decision *all;
	struct diag diag;
	int r = around ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < schedule->decision_count && r == 0; i++) {
		const struct schedule_decision *decision = &schedule->decisions[i];
		struct schedule_location location;
		uint32_t unused;

		if ((decision->op != OP_READ && decision->op != OP_WRITE) ||
			!has_source(schedule, decision->location))
			continue;
		location = schedule->locations[decision->location];
		location.line = location.line > ALIGN_LINES ? location.line - ALIGN_LINES : 1;
		for (int n = 0; n <= 2 * ALIGN_LINES && r == 0; n++, location.line++)
			r = schedule_add_location(around, &location, &unused);
	}
	all = around ? calloc(around->location_count + 1, sizeof(*all)) : NULL;
	if (r == 0 && all)
		r = resolve_locations(around, symbols, &places, &diag);
	for (uint32_t i = 0; r == 0 && all && i < around->location_count; i++)
		all[i] = (struct wire_decision){ .location = i, .op = OP_READ };
	if (r == 0)
		r = all ? resolve_points(
				  &places, all, around->location_count, ret_points, ret_count)
			: -ENOMEM;
	free(all);
	code_places_release(&places);
	schedule_free(around);
	return r;
}
