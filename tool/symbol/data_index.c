/* SPDX-License-Identifier: Apache-2.0 */
/* Variables by address; see data_index.h. */
#include "tool/symbol/data_index.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>

#include "tool/symbol/grow.h"

/* Deeper nesting than any compiler makes: debug information that is damaged. */
#define MAX_DEPTH 512

struct data_index {
	struct variable *items;
	size_t count;
	size_t capacity;
	struct code_ranges ranges;
};

/* A location that is one fixed address and nothing else. */
static bool fixed_address(Dwarf_Die *die, uint64_t *ret_address)
{
	Dwarf_Attribute attribute;
	Dwarf_Attribute indirect;
	Dwarf_Op *ops;
	size_t count;

	if (!dwarf_attr_integrate(die, DW_AT_location, &attribute) ||
		dwarf_getlocation(&attribute, &ops, &count) != 0 || count != 1)
		return false;
	if (ops[0].atom == DW_OP_addr) {
		*ret_address = ops[0].number;
		return true;
	}
	if (ops[0].atom != DW_OP_addrx && ops[0].atom != DW_OP_GNU_addr_index)
		return false;
	return dwarf_getlocation_attr(&attribute, &ops[0], &indirect) == 0 &&
	       dwarf_formaddr(&indirect, ret_address) == 0;
}

static uint64_t variable_size(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Word size;

	if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &type) ||
		dwarf_aggregate_size(&type, &size) != 0)
		return 1;
	return size ? size : 1;
}

static int add_variable(struct data_index *index, struct unit *unit, Dwarf_Die *die)
{
	struct variable *items;
	uint64_t start;
	int r;

	if (!fixed_address(die, &start) || start == 0)
		return 0;
	items = grow(index->items, &index->capacity, index->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	index->items = items;
	r = code_ranges_add(
		&index->ranges, start, start + variable_size(die), (uint32_t)index->count);
	if (r < 0)
		return r;
	items[index->count++] = (struct variable){ .die = *die, .start = start, .unit = unit };
	return 0;
}

static bool may_hold_variables(int tag)
{
	switch (tag) {
	case DW_TAG_subprogram:
	case DW_TAG_namespace:
	case DW_TAG_module:
	case DW_TAG_lexical_block:
	case DW_TAG_try_block:
	case DW_TAG_catch_block:
	case DW_TAG_inlined_subroutine:
		return true;
	default:
		return false;
	}
}

static int add_below(struct data_index *index, struct unit *unit, Dwarf_Die *parent, int depth)
{
	Dwarf_Die child;
	int more = depth < MAX_DEPTH ? dwarf_child(parent, &child) : 1;

	for (; more == 0; more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);
		int r = 0;

		if (tag == DW_TAG_variable)
			r = add_variable(index, unit, &child);
		else if (may_hold_variables(tag) && dwarf_haschildren(&child) > 0)
			r = add_below(index, unit, &child, depth + 1);
		if (r < 0)
			return r;
	}
	return 0;
}

struct data_index *data_index_new(struct units *units)
{
	struct data_index *index = calloc(1, sizeof(*index));
	size_t i;

	for (i = 0; index && i < units->count; i++) {
		struct unit *unit = &units->items[i];

		if (add_below(index, unit, &unit->die, 0) < 0) {
			data_index_free(index);
			return NULL;
		}
	}
	if (index)
		code_ranges_sort(&index->ranges);
	return index;
}

void data_index_free(struct data_index *index)
{
	if (!index)
		return;
	free(index->items);
	code_ranges_release(&index->ranges);
	free(index);
}

struct variable *data_index_find(struct data_index *index, uint64_t address)
{
	const struct code_range *range = code_ranges_find(&index->ranges, address);

	return range ? &index->items[range->owner] : NULL;
}
