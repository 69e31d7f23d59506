/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory map, and frames of program counters; see symbols.h. What was found for a program
 * counter is kept: reports and campaigns ask for the same ones over and over.
 */
#include "tool/symbol/symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/symbol/dwfl_files.h"
#include "tool/symbol/symbols_private.h"

struct cached_frames {
	size_t count;
	struct symbol_frame frames[];
};

static int report_module(struct symbols *symbols, struct module *module)
{
	void **userdata;

	module->dwfl =
		dwfl_report_module(symbols->dwfl, module->path, module->start, module->end);
	if (!module->dwfl)
		return -ENOMEM;
	dwfl_module_info(module->dwfl, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	*userdata = module;
	return 0;
}

static int report_files(struct symbols *symbols, const struct mapped_file *files, size_t count)
{
	size_t i;

	symbols->modules = calloc(count ? count : 1, sizeof(*symbols->modules));
	if (!symbols->modules)
		return -ENOMEM;
	symbols->dwfl = dwfl_begin(&dwfl_files_callbacks);
	if (!symbols->dwfl)
		return -ENOMEM;
	dwfl_report_begin(symbols->dwfl);
	for (i = 0; i < count; i++) {
		module_init(&symbols->modules[i], &files[i]);
		symbols->module_count++;
		if (report_module(symbols, &symbols->modules[i]) < 0)
			return -ENOMEM;
	}
	return dwfl_report_end(symbols->dwfl, NULL, NULL) == 0 ? 0 : -ENOMEM;
}

struct symbols *symbols_new(const char *maps_text, size_t len, struct diag *diag)
{
	struct symbols *symbols = calloc(1, sizeof(*symbols));
	struct mapped_file *files = NULL;
	size_t count = 0;
	int r = -ENOMEM;

	if (symbols) {
		symbols->names.arena = &symbols->arena;
		r = maps_parse(maps_text, len, &symbols->arena, &files, &count);
	}
	if (r == 0)
		r = report_files(symbols, files, count);
	free(files);
	if (r == 0)
		return symbols;
	symbols_free(symbols);
	diag_set(diag, r, "cannot read the program's memory map: %s", strerror(-r));
	return NULL;
}

struct symbols *symbols_share(struct symbols *symbols)
{
	symbols->more_owners++;
	return symbols;
}

void symbols_free(struct symbols *symbols)
{
	size_t i;

	if (!symbols || symbols->more_owners-- > 0)
		return;
	for (i = 0; i < symbols->module_count; i++)
		module_release(&symbols->modules[i]);
	free(symbols->modules);
	if (symbols->dwfl)
		dwfl_end(symbols->dwfl);
	pointer_map_release(&symbols->names.names);
	pointer_map_release(&symbols->frames);
	arena_release(&symbols->arena);
	free(symbols);
}

struct module *symbols_module_below(struct symbols *symbols, uint64_t address)
{
	size_t low = 0;
	size_t high = symbols->module_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->modules[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &symbols->modules[low - 1] : NULL;
}

struct module *symbols_find_module(struct symbols *symbols, uint64_t address)
{
	struct module *module = symbols_module_below(symbols, address);

	if (!module || address >= module->end)
		return NULL;
	module_open(module, &symbols->arena);
	return address < module->end ? module : NULL;
}

static size_t dwarf_frames(struct symbols *symbols, struct module *module, uint64_t address,
	struct symbol_frame *frames)
{
	struct units *units = module_units(module, &symbols->arena);
	uint64_t dwarf_address = address - module->dwarf_bias;
	struct unit *unit = units_find(units, dwarf_address);

	if (!unit)
		return 0;
	return unit_frames(unit, unit_function_at(unit, dwarf_address), &symbols->names,
		dwarf_address, frames);
}

/* The linker puts the C library's beginning into every program. */
static bool is_entry(const struct symbol_frame *frame)
{
	return !frame->file && frame->function && strcmp(frame->function, "_start") == 0;
}

/* `address` is within the instruction meant, `pc` what was asked for. */
static size_t find_frames(struct symbols *symbols, uint64_t pc, uint64_t address,
	struct symbol_frame frames[SYMBOLS_MAX_INLINE])
{
	struct module *module = symbols_find_module(symbols, address);
	const struct elf_symbol *symbol;
	size_t count = 0;
	size_t i;

	memset(frames, 0, SYMBOLS_MAX_INLINE * sizeof(*frames));
	frames[0].pc = pc;
	if (!module)
		return 1;
	count = dwarf_frames(symbols, module, address, frames);
	if (count == 0)
		count = 1;
	if (!frames[count - 1].function) {
		symbol = module_symbol(module, &symbols->arena, address);
		if (symbol)
			frames[count - 1].function =
				elf_symbol_name(&symbols->names, symbol->name);
	}
	for (i = 0; i < count; i++) {
		frames[i].pc = pc;
		frames[i].module = module->name;
		frames[i].module_offset = module_offset(module, &symbols->arena, pc);
		frames[i].is_system |= module->is_system || is_entry(&frames[i]);
	}
	return count;
}

static const struct cached_frames *frames_make(
	struct symbols *symbols, uint64_t pc, bool is_return_address)
{
	struct symbol_frame frames[SYMBOLS_MAX_INLINE];
	uint64_t address = is_return_address && pc ? pc - 1 : pc;
	size_t count = find_frames(symbols, pc, address, frames);
	struct cached_frames *made;

	made = arena_alloc(&symbols->arena, sizeof(*made) + count * sizeof(*frames));
	if (!made)
		return NULL;
	made->count = count;
	memcpy(made->frames, frames, count * sizeof(*frames));
	return made;
}

static const struct cached_frames *frames_get(
	struct symbols *symbols, uint64_t pc, bool is_return_address)
{
	uint64_t key = pc << 1 | is_return_address; /* the highest bit is the kernel's */
	const struct cached_frames *found = pointer_map_get(&symbols->frames, key);

	if (found)
		return found;
	found = frames_make(symbols, pc, is_return_address);
	if (found)
		pointer_map_put(&symbols->frames, key, (void *)(uintptr_t)found);
	return found;
}

size_t symbols_frames(struct symbols *symbols, uint64_t pc, bool is_return_address,
	struct symbol_frame *frames, size_t max)
{
	const struct cached_frames *found = frames_get(symbols, pc, is_return_address);
	size_t count = found && found->count < max ? found->count : max;

	if (found) {
		memcpy(frames, found->frames, count * sizeof(*frames));
	} else if (max) {
		frames[0] = (struct symbol_frame){ .pc = pc };
		count = 1;
	}
	return count;
}

const struct symbol_frame *symbol_frames_display(
	const struct symbol_frame *frames, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!frames[i].is_system)
			return &frames[i];
	}
	return &frames[0];
}

void symbols_display_frame(struct symbols *symbols, uint64_t pc, bool is_return_address,
	struct symbol_frame *ret_frame)
{
	const struct cached_frames *found = frames_get(symbols, pc, is_return_address);

	if (found)
		*ret_frame = *symbol_frames_display(found->frames, found->count);
	else
		*ret_frame = (struct symbol_frame){ .pc = pc };
}

int symbols_module(struct symbols *symbols, uint64_t address, struct symbol_module *ret_module,
	uint64_t *ret_offset)
{
	struct module *module = symbols_find_module(symbols, address);

	if (!module)
		return -ENOENT;
	*ret_module = (struct symbol_module){
		.path = module->path,
		.build_id = module->build_id,
		.start = module->start,
		.end = module->end,
	};
	*ret_offset = module_offset(module, &symbols->arena, address);
	return 0;
}

static struct module *module_named(struct symbols *symbols, const char *name)
{
	bool is_path = strchr(name, '/') != NULL;
	size_t i;

	for (i = 0; i < symbols->module_count; i++) {
		struct module *module = &symbols->modules[i];

		if (strcmp(is_path ? module->path : module->name, name) == 0)
			return module;
	}
	return NULL;
}

int symbols_module_address(
	struct symbols *symbols, const char *module, uint64_t offset, uint64_t *ret_address)
{
	struct module *found = module_named(symbols, module);
	uint64_t base;

	if (!found)
		return -ENOENT;
	base = found->start - module_offset(found, &symbols->arena, found->start);
	if (offset + base < found->start || offset + base >= found->memory_end)
		return -ENOENT;
	*ret_address = offset + base;
	return 0;
}
