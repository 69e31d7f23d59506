/* SPDX-License-Identifier: Apache-2.0 */
/* Compilation units, their functions and lines; see unit.h. */
#include "tool/symbol/unit.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>

#include "tool/symbol/grow.h"

/* Deeper nesting than any compiler makes: debug information that is damaged. */
#define MAX_DEPTH 512

/* Linkers leave the ranges of discarded code at 0, 1 or the highest address. */
static bool is_discarded(uint64_t start, uint64_t end)
{
	return start <= 1 || end < start || end == UINT64_MAX;
}

static int add_ranges(struct code_ranges *ranges, Dwarf_Die *die, size_t owner)
{
	Dwarf_Addr base;
	Dwarf_Addr start;
	Dwarf_Addr end;
	ptrdiff_t at = 0;
	int r = 0;

	while (r == 0 && (at = dwarf_ranges(die, at, &base, &start, &end)) > 0) {
		if (!is_discarded(start, end))
			r = code_ranges_add(ranges, start, end, (uint32_t)owner);
	}
	return r;
}

static bool may_hold_functions(int tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_inlined_subroutine:
		return true;
	default:
		return false;
	}
}

static int add_function(struct unit *unit, Dwarf_Die *die)
{
	size_t ranges_before = unit->ranges.count;
	struct function *functions;
	int r = add_ranges(&unit->ranges, die, unit->function_count);

	if (r < 0 || unit->ranges.count == ranges_before) /* declared or abstract only */
		return r;
	functions = grow(unit->functions, &unit->function_capacity, unit->function_count,
		sizeof(*functions));
	if (!functions)
		return -ENOMEM;
	unit->functions = functions;
	functions[unit->function_count++] = (struct function){ .die = *die };
	return 0;
}

static int add_functions_below(struct unit *unit, Dwarf_Die *parent, int depth)
{
	Dwarf_Die child;
	int more = depth < MAX_DEPTH ? dwarf_child(parent, &child) : 1;

	for (; more == 0; more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);
		int r = 0;

		if (!may_hold_functions(tag))
			continue;
		if (tag == DW_TAG_subprogram)
			r = add_function(unit, &child);
		if (r == 0 && dwarf_haschildren(&child) > 0)
			r = add_functions_below(unit, &child, depth + 1);
		if (r < 0)
			return r;
	}
	return 0;
}

int unit_load_functions(struct unit *unit)
{
	int r;

	if (unit->has_functions)
		return 0;
	unit->has_functions = true;
	r = add_functions_below(unit, &unit->die, 0);
	code_ranges_sort(&unit->ranges);
	return r;
}

void unit_load_files(struct unit *unit)
{
	if (unit->has_files)
		return;
	unit->has_files = true;
	source_files_open(&unit->line_files, &unit->line_die, unit->arena);
	if (unit->is_split)
		source_files_open(&unit->call_files, &unit->die, unit->arena);
}

struct function *unit_function(struct unit *unit, size_t number)
{
	struct function *function = &unit->functions[number];
	struct source_files *files = unit->is_split ? &unit->call_files : &unit->line_files;

	if (function->scopes.count)
		return function;
	unit_load_files(unit);
	if (scopes_load(&function->scopes, &function->die, files) == 0)
		return function;
	scopes_release(&function->scopes);
	return NULL;
}

struct function *unit_function_at(struct unit *unit, uint64_t address)
{
	const struct code_range *range;

	if (unit_load_functions(unit) < 0)
		return NULL;
	range = code_ranges_find(&unit->ranges, address);
	return range ? unit_function(unit, range->owner) : NULL;
}

static void frame_set_place(struct symbol_frame *frame, const struct source_file *file,
	uint32_t line, uint32_t column)
{
	if (!file)
		return;
	frame->file = file->path;
	frame->short_file = file->short_path;
	frame->is_system = file->is_system;
	frame->line = line;
	frame->column = column;
}

/* The place of the innermost frame. */
static bool frame_set_line(struct unit *unit, struct symbol_frame *frame, uint64_t address)
{
	Dwarf_Line *line = dwarf_getsrc_die(&unit->line_die, address);
	Dwarf_Files *table;
	size_t index;
	int number = 0;
	int column = 0;

	unit_load_files(unit);
	if (!line || dwarf_line_file(line, &table, &index) != 0)
		return false;
	dwarf_lineno(line, &number);
	dwarf_linecol(line, &column);
	frame_set_place(frame, source_files_get(&unit->line_files, index), (uint32_t)number,
		(uint32_t)column);
	return true;
}

size_t unit_frames(struct unit *unit, struct function *function, struct name_cache *names,
	uint64_t address, struct symbol_frame frames[SYMBOLS_MAX_INLINE])
{
	struct scope *chain[SYMBOLS_MAX_INLINE];
	size_t count = 0;
	size_t i;

	if (function)
		count = scopes_at(&function->scopes, address, chain, SYMBOLS_MAX_INLINE);
	if (count == 0)
		return frame_set_line(unit, &frames[0], address) ? 1 : 0;
	frame_set_line(unit, &frames[0], address);
	for (i = 0; i < count; i++) {
		struct scope *scope = chain[count - 1 - i];

		frames[i].function = die_name(names, &scope->die);
		frames[i].is_inlined = scope->depth > 0;
		if (i + 1 < count)
			frame_set_place(&frames[i + 1], scope->call_file, scope->call_line,
				scope->call_column);
	}
	return count;
}

static int add_unit(struct units *units, const struct unit *unit)
{
	struct unit *items = grow(units->items, &units->capacity, units->count, sizeof(*items));
	size_t ranges_before = units->ranges.count;
	struct unit *added;
	size_t i;
	int r;

	if (!items)
		return -ENOMEM;
	units->items = items;
	added = &items[units->count];
	*added = *unit;
	units->count++;
	r = add_ranges(&units->ranges, &added->line_die, units->count - 1);
	if (r < 0 || units->ranges.count > ranges_before)
		return r;
	/* The unit does not say where its code is: ask its functions. */
	r = unit_load_functions(added);
	for (i = 0; r == 0 && i < added->ranges.count; i++)
		r = code_ranges_add(&units->ranges, added->ranges.items[i].start,
			added->ranges.items[i].end, (uint32_t)(units->count - 1));
	return r;
}

int units_load(struct units *units, Dwarf *dwarf, struct arena *arena)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die split;
	uint8_t type;
	int r = 0;

	for (;;) {
		struct unit unit = { .arena = arena };

		if (dwarf_get_units(dwarf, cu, &cu, NULL, &type, &unit.line_die, &split) != 0)
			break;
		if (type != DW_UT_compile && type != DW_UT_skeleton)
			continue;
		unit.is_split = type == DW_UT_skeleton && dwarf_tag(&split) != DW_TAG_invalid;
		unit.die = unit.is_split ? split : unit.line_die;
		r = add_unit(units, &unit);
		if (r < 0)
			return r;
	}
	code_ranges_sort(&units->ranges);
	return 0;
}

static void unit_release(struct unit *unit)
{
	size_t i;

	for (i = 0; i < unit->function_count; i++)
		scopes_release(&unit->functions[i].scopes);
	free(unit->functions);
	code_ranges_release(&unit->ranges);
}

void units_release(struct units *units)
{
	size_t i;

	for (i = 0; i < units->count; i++)
		unit_release(&units->items[i]);
	free(units->items);
	code_ranges_release(&units->ranges);
	*units = (struct units){ 0 };
}

struct unit *units_find(struct units *units, uint64_t address)
{
	const struct code_range *range = code_ranges_find(&units->ranges, address);

	return range ? &units->items[range->owner] : NULL;
}
