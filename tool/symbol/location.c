/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a source location to code; see location.h. To be the exact inverse of the display frame,
 * each function in question is cut at every address where its line or its inlined calls change,
 * and each piece is asked for its display frame.
 */
#include "tool/symbol/location.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/symbol/grow.h"
#include "tool/symbol/source_path.h"
#include "tool/symbol/symbols_private.h"

struct location_search {
	struct symbols *symbols;
	struct module *module;
	struct unit *unit;
	const char *function;
	const char *file;
	uint32_t line;
	bool by_last_component;
	struct code_ranges found; /* run-time addresses */
	uint64_t *cuts;		  /* of the function at hand */
	size_t cut_count;
	size_t cut_capacity;
};

static bool file_matches(
	const struct location_search *search, const char *path, const char *short_path)
{
	if (search->by_last_component)
		return strcmp(path_last_component(path), path_last_component(search->file)) ==
		       0;
	return strcmp(path, search->file) == 0 || strcmp(short_path, search->file) == 0;
}

static bool unit_has_file(const struct location_search *search)
{
	struct unit *unit = search->unit;
	struct source_files *tables[] = { &unit->line_files, &unit->call_files };
	size_t t;
	size_t i;

	unit_load_files(unit);
	for (t = 0; t < 2; t++) {
		for (i = 0; i < tables[t]->count; i++) {
			const struct source_file *file = source_files_get(tables[t], i);

			if (file && file_matches(search, file->path, file->short_path))
				return true;
		}
	}
	return false;
}

static bool is_wanted(const struct location_search *search, const struct symbol_frame *frame)
{
	if (!frame->file || frame->line != search->line ||
		!file_matches(search, frame->file, frame->short_file))
		return false;
	if (!search->function)
		return true;
	return frame->function && strcmp(frame->function, search->function) == 0;
}

static bool piece_is_wanted(
	const struct location_search *search, struct function *function, uint64_t address)
{
	struct symbol_frame frames[SYMBOLS_MAX_INLINE] = { 0 };
	size_t count =
		unit_frames(search->unit, function, &search->symbols->names, address, frames);
	size_t i;

	for (i = 0; i < count; i++)
		frames[i].is_system |= search->module->is_system;
	return count && is_wanted(search, symbol_frames_display(frames, count));
}

/* Is the function, or anything inlined into it, called as wanted? */
static bool function_may_match(
	const struct location_search *search, const struct function *function)
{
	size_t i;

	if (!search->function)
		return true;
	for (i = 0; i < function->scopes.count; i++) {
		const char *name =
			die_name(&search->symbols->names, &function->scopes.items[i].die);

		if (name && strcmp(name, search->function) == 0)
			return true;
	}
	return false;
}

static int add_cut(struct location_search *search, uint64_t address)
{
	uint64_t *cuts =
		grow(search->cuts, &search->cut_capacity, search->cut_count, sizeof(*cuts));

	if (!cuts)
		return -ENOMEM;
	search->cuts = cuts;
	cuts[search->cut_count++] = address;
	return 0;
}

static uint64_t line_address(Dwarf_Lines *lines, size_t i)
{
	Dwarf_Addr address = 0;

	dwarf_lineaddr(dwarf_onesrcline(lines, i), &address);
	return address;
}

/* Where a new row of the line table begins within the range. */
static int add_line_cuts(struct location_search *search, struct scope_range range)
{
	Dwarf_Lines *lines;
	size_t count;
	size_t low = 0;
	size_t high;
	int r = 0;

	if (dwarf_getsrclines(&search->unit->line_die, &lines, &count) != 0)
		return 0;
	high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (line_address(lines, middle) < range.start)
			low = middle + 1;
		else
			high = middle;
	}
	for (; r == 0 && low < count && line_address(lines, low) < range.end; low++)
		r = add_cut(search, line_address(lines, low));
	return r;
}

static int compare_addresses(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left;
	uint64_t b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static int add_pieces(struct location_search *search, struct function *function)
{
	uint64_t bias = search->module->dwarf_bias;
	size_t i;
	int r = 0;

	qsort(search->cuts, search->cut_count, sizeof(*search->cuts), compare_addresses);
	for (i = 0; r == 0 && i + 1 < search->cut_count; i++) {
		uint64_t start = search->cuts[i];
		uint64_t end = search->cuts[i + 1];

		if (start < end && piece_is_wanted(search, function, start))
			r = code_ranges_add(&search->found, start + bias, end + bias, 0);
	}
	return r;
}

static int search_range(
	struct location_search *search, struct function *function, struct scope_range range)
{
	const struct scopes *scopes = &function->scopes;
	size_t i;
	int r;

	search->cut_count = 0;
	r = add_cut(search, range.start);
	if (r == 0)
		r = add_cut(search, range.end);
	if (r == 0)
		r = add_line_cuts(search, range);
	for (i = 0; r == 0 && i < scopes->range_count; i++) {
		if (scopes->ranges[i].start > range.start &&
			scopes->ranges[i].start < range.end)
			r = add_cut(search, scopes->ranges[i].start);
		if (r == 0 && scopes->ranges[i].end > range.start &&
			scopes->ranges[i].end < range.end)
			r = add_cut(search, scopes->ranges[i].end);
	}
	return r == 0 ? add_pieces(search, function) : r;
}

static int search_function(struct location_search *search, size_t number)
{
	struct function *function = unit_function(search->unit, number);
	uint32_t i;
	int r = 0;

	if (!function)
		return -ENOMEM;
	if (!function_may_match(search, function))
		return 0;
	for (i = 0; r == 0 && i < function->scopes.items[0].range_count; i++)
		r = search_range(search, function, function->scopes.ranges[i]);
	return r;
}

static int search_unit(struct location_search *search)
{
	size_t i;
	int r;

	if (!unit_has_file(search))
		return 0;
	r = unit_load_functions(search->unit);
	for (i = 0; r == 0 && i < search->unit->function_count; i++)
		r = search_function(search, i);
	return r;
}

static int search_modules(
	struct location_search *search, bool is_system, bool by_last_component)
{
	struct symbols *symbols = search->symbols;
	size_t m;
	size_t u;
	int r = 0;

	search->by_last_component = by_last_component;
	for (m = 0; r == 0 && m < symbols->module_count; m++) {
		struct units *units;

		search->module = &symbols->modules[m];
		if (search->module->is_system != is_system)
			continue;
		units = module_units(search->module, &symbols->arena);
		for (u = 0; r == 0 && u < units->count; u++) {
			search->unit = &units->items[u];
			r = search_unit(search);
		}
	}
	return r;
}

/* Joins ranges that touch or overlap, and stores what fits. */
static int store_ranges(
	const struct code_ranges *found, struct symbol_range *ranges, size_t max)
{
	struct symbol_range current = { 0 };
	size_t count = 0;
	size_t i;

	for (i = 0; i < found->count; i++) {
		const struct code_range *range = &found->items[i];

		if (count == 0 || range->start > current.end) {
			current = (struct symbol_range){ range->start, range->end };
			count++;
		} else if (range->end > current.end) {
			current.end = range->end;
		}
		if (count <= max)
			ranges[count - 1] = current;
	}
	return (int)count;
}

int symbols_find_location(struct symbols *symbols, const char *function, const char *file,
	uint32_t line, struct symbol_range *ranges, size_t max)
{
	struct location_search search = {
		.symbols = symbols,
		.function = function,
		.file = file,
		.line = line,
	};
	int attempt;
	int r = 0;

	/* The program before the system, whole paths before last components. */
	for (attempt = 0; r == 0 && attempt < 4 && search.found.count == 0; attempt++)
		r = search_modules(&search, attempt >= 2, attempt & 1);
	code_ranges_sort(&search.found);
	if (r == 0)
		r = store_ranges(&search.found, ranges, max);
	code_ranges_release(&search.found);
	free(search.cuts);
	return r;
}

int symbols_find_offset(struct symbols *symbols, const char *text, uint64_t *ret_address)
{
	const char *plus = strrchr(text, '+');
	char module[4096];
	char *end;
	uint64_t offset;

	if (!plus || plus == text || strncmp(plus, "+0x", 3) != 0)
		return -EINVAL;
	if ((size_t)(plus - text) >= sizeof(module))
		return -EINVAL;
	if (plus[3] == '\0' || strspn(plus + 3, "0123456789abcdefABCDEF") != strlen(plus + 3))
		return -EINVAL;
	errno = 0;
	offset = strtoull(plus + 1, &end, 16);
	if (errno || *end)
		return -EINVAL;
	memcpy(module, text, (size_t)(plus - text));
	module[plus - text] = '\0';
	return symbols_module_address(symbols, module, offset, ret_address);
}
