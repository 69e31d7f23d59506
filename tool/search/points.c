/* SPDX-License-Identifier: Apache-2.0 */
/* The set as a sorted array: it is added to rarely and copied out often; see points.h. */
#include "tool/search/points.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_addresses(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int points_add(struct points *points, const uint64_t *addresses, size_t count)
{
	size_t kept = 0;

	if (count == 0)
		return 0;

	uint64_t *list = reallocarray(points->list, points->count + count, sizeof(*list));

	if (!list)
		return -ENOMEM;
	memcpy(list + points->count, addresses, count * sizeof(*list));
	qsort(list, points->count + count, sizeof(*list), compare_addresses);
	for (size_t i = 0; i < points->count + count; i++)
		if (kept == 0 || list[i] != list[kept - 1])
			list[kept++] = list[i];
	points->list = list;
	points->count = kept;
	return 0;
}

bool points_contain(const struct points *points, uint64_t address)
{
	return points->count && bsearch(&address, points->list, points->count, sizeof(address),
					compare_addresses) != NULL;
}

void points_release(struct points *points)
{
	free(points->list);
	points->list = NULL;
	points->count = 0;
}
