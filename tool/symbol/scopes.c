/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of inlined calls within one function; see scopes.h. */
#include "tool/symbol/scopes.h"

#include <dwarf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tool/symbol/grow.h"

/* Deeper nesting than any compiler makes: debug information that is damaged. */
#define MAX_DEPTH 512

static int add_ranges(struct scopes *scopes, struct scope *scope)
{
	Dwarf_Addr base;
	Dwarf_Addr start;
	Dwarf_Addr end;
	ptrdiff_t at = 0;

	scope->first_range = scopes->range_count;
	while ((at = dwarf_ranges(&scope->die, at, &base, &start, &end)) > 0) {
		struct scope_range *ranges = grow(scopes->ranges, &scopes->range_capacity,
			scopes->range_count, sizeof(*ranges));

		if (!ranges)
			return -ENOMEM;
		scopes->ranges = ranges;
		ranges[scopes->range_count++] = (struct scope_range){ start, end };
		scope->range_count++;
	}
	return 0;
}

static uint32_t number(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (dwarf_formudata(dwarf_attr(die, name, &attribute), &value) != 0)
		return 0;
	return value > UINT32_MAX ? 0 : (uint32_t)value;
}

static int add_scope(
	struct scopes *scopes, Dwarf_Die *die, uint32_t depth, struct source_files *files)
{
	struct scope *items =
		grow(scopes->items, &scopes->capacity, scopes->count, sizeof(*items));
	struct scope *scope;

	if (!items)
		return -ENOMEM;
	scopes->items = items;
	scope = &items[scopes->count++];
	*scope = (struct scope){ .die = *die, .depth = depth };
	if (depth > 0) {
		scope->call_file = source_files_get(files, number(die, DW_AT_call_file));
		scope->call_line = number(die, DW_AT_call_line);
		scope->call_column = number(die, DW_AT_call_column);
	}
	return add_ranges(scopes, scope);
}

static bool is_block(int tag)
{
	return tag == DW_TAG_lexical_block || tag == DW_TAG_try_block ||
	       tag == DW_TAG_catch_block;
}

/* Adds what is inlined somewhere below `parent`; `depth` is the one that such scopes get. */
static int add_children(
	struct scopes *scopes, Dwarf_Die *parent, uint32_t depth, struct source_files *files)
{
	Dwarf_Die child;
	int more = depth < MAX_DEPTH ? dwarf_child(parent, &child) : 1;

	for (; more == 0; more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);
		bool is_inlined = tag == DW_TAG_inlined_subroutine;
		int r = 0;

		if (!is_inlined && !is_block(tag))
			continue;
		if (is_inlined)
			r = add_scope(scopes, &child, depth, files);
		if (r == 0)
			r = add_children(scopes, &child, depth + is_inlined, files);
		if (r < 0)
			return r;
	}
	return 0;
}

int scopes_load(struct scopes *scopes, Dwarf_Die *function, struct source_files *files)
{
	int r = add_scope(scopes, function, 0, files);

	return r < 0 ? r : add_children(scopes, function, 1, files);
}

static bool scope_holds(
	const struct scopes *scopes, const struct scope *scope, uint64_t address)
{
	const struct scope_range *ranges = &scopes->ranges[scope->first_range];
	uint32_t i;

	for (i = 0; i < scope->range_count; i++) {
		if (ranges[i].start <= address && address < ranges[i].end)
			return true;
	}
	return false;
}

size_t scopes_at(
	const struct scopes *scopes, uint64_t address, struct scope **chain, size_t max)
{
	size_t count = 0;
	size_t i;

	for (i = 0; i < scopes->count; i++) {
		struct scope *scope = &scopes->items[i];

		/* Only inside of what was found so far: siblings come later at the same depth.
		 */
		if (scope->depth != count || count == max)
			continue;
		if (scope->depth == 0 || scope_holds(scopes, scope, address))
			chain[count++] = scope;
	}
	return count;
}

void scopes_release(struct scopes *scopes)
{
	free(scopes->items);
	free(scopes->ranges);
	*scopes = (struct scopes){ 0 };
}
