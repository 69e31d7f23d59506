/* SPDX-License-Identifier: Apache-2.0 */
/* Sorted ranges and their search; see code_ranges.h. */
#include "tool/symbol/code_ranges.h"

#include <errno.h>
#include <stdlib.h>

#include "tool/symbol/grow.h"

int code_ranges_add(struct code_ranges *ranges, uint64_t start, uint64_t end, uint32_t owner)
{
	struct code_range *items;

	if (start >= end)
		return 0;
	items = grow(ranges->items, &ranges->capacity, ranges->count, sizeof(*items));
	if (!items)
		return -ENOMEM;
	ranges->items = items;
	items[ranges->count++] = (struct code_range){ start, end, end, owner };
	return 0;
}

static int compare_ranges(const void *left, const void *right)
{
	const struct code_range *a = left;
	const struct code_range *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->end != b->end)
		return a->end > b->end ? -1 : 1;
	return (a->owner > b->owner) - (a->owner < b->owner);
}

void code_ranges_sort(struct code_ranges *ranges)
{
	uint64_t reach = 0;
	size_t i;

	if (ranges->count)
		qsort(ranges->items, ranges->count, sizeof(*ranges->items), compare_ranges);
	for (i = 0; i < ranges->count; i++) {
		if (ranges->items[i].end > reach)
			reach = ranges->items[i].end;
		ranges->items[i].reach = reach;
	}
}

/* How many ranges start at or below `address`. */
static size_t ranges_below(const struct code_ranges *ranges, uint64_t address)
{
	size_t low = 0;
	size_t high = ranges->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ranges->items[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct code_range *code_ranges_find(const struct code_ranges *ranges, uint64_t address)
{
	size_t i = ranges_below(ranges, address);

	while (i > 0 && ranges->items[i - 1].reach > address) {
		if (ranges->items[i - 1].end > address)
			return &ranges->items[i - 1];
		i--;
	}
	return NULL;
}

void code_ranges_release(struct code_ranges *ranges)
{
	free(ranges->items);
	*ranges = (struct code_ranges){ 0 };
}
