/* SPDX-License-Identifier: Apache-2.0 */
/* An index over what dwfl gives as the module's symbol table; see elf_symbols.h. */
#include "tool/symbol/elf_symbols.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

static bool is_of_interest(const GElf_Sym *symbol, GElf_Word section)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	if (section == SHN_UNDEF || section == SHN_ABS)
		return false;
	return type == STT_FUNC || type == STT_OBJECT || type == STT_NOTYPE ||
	       type == STT_GNU_IFUNC;
}

/* Names that people know are global, have a size, and no leading underscore. */
static uint32_t symbol_preference(const GElf_Sym *symbol, const char *name)
{
	int binding = GELF_ST_BIND(symbol->st_info);
	uint32_t preference = 0;

	if (GELF_ST_TYPE(symbol->st_info) != STT_NOTYPE)
		preference += 8;
	if (binding == STB_GLOBAL || binding == STB_WEAK)
		preference += 4;
	if (name[0] != '_' || name[1] == 'Z' || name[1] == 'R')
		preference += 2;
	if (binding == STB_GLOBAL)
		preference += 1;
	return preference;
}

static int compare_symbols(const void *left, const void *right)
{
	const struct elf_symbol *a = left;
	const struct elf_symbol *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return (a->preference > b->preference) - (a->preference < b->preference);
}

static void symbols_read(struct elf_symbols *symbols, Dwfl_Module *module, int table_size)
{
	int i;

	for (i = 0; i < table_size; i++) {
		struct elf_symbol *item = &symbols->items[symbols->count];
		GElf_Sym symbol;
		GElf_Addr address;
		GElf_Word section;
		const char *name;

		name = dwfl_module_getsym_info(
			module, i, &symbol, &address, &section, NULL, NULL);
		if (!name || !name[0] || !is_of_interest(&symbol, section))
			continue;
		item->name = name;
		item->start = address;
		item->end = address + symbol.st_size;
		item->preference = symbol_preference(&symbol, name);
		symbols->count++;
	}
}

/* Assembly often gives no size: such a symbol reaches to the next one. */
static void symbols_close_gaps(struct elf_symbols *symbols, uint64_t end)
{
	uint64_t next = end;
	size_t i;

	for (i = symbols->count; i > 0; i--) {
		struct elf_symbol *item = &symbols->items[i - 1];

		if (item->end <= item->start)
			item->end = next;
		if (i > 1 && symbols->items[i - 2].start != item->start)
			next = item->start;
	}
}

int elf_symbols_load(struct elf_symbols *symbols, Dwfl_Module *module, uint64_t end)
{
	int table_size = dwfl_module_getsymtab(module);
	size_t i;

	if (table_size <= 0)
		return 0;
	symbols->items = calloc((size_t)table_size, sizeof(*symbols->items));
	if (!symbols->items)
		return -ENOMEM;
	symbols_read(symbols, module, table_size);
	qsort(symbols->items, symbols->count, sizeof(*symbols->items), compare_symbols);
	symbols_close_gaps(symbols, end);
	for (i = 0; i < symbols->count; i++) {
		const struct elf_symbol *item = &symbols->items[i];
		int r = code_ranges_add(&symbols->ranges, item->start, item->end, (uint32_t)i);

		if (r < 0)
			return r;
	}
	code_ranges_sort(&symbols->ranges);
	return 0;
}

const struct elf_symbol *elf_symbols_find(const struct elf_symbols *symbols, uint64_t address)
{
	const struct code_range *range = code_ranges_find(&symbols->ranges, address);

	return range ? &symbols->items[range->owner] : NULL;
}

void elf_symbols_release(struct elf_symbols *symbols)
{
	free(symbols->items);
	code_ranges_release(&symbols->ranges);
	*symbols = (struct elf_symbols){ 0 };
}
