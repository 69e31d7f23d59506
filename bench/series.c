/* SPDX-License-Identifier: Apache-2.0 */
/* Order statistics of a few samples; see series.h. */
#include "bench/series.h"

#include <stdlib.h>
#include <string.h>

void series_add(struct series *series, double sample)
{
	if (series->count < SERIES_MAX)
		series->samples[series->count++] = sample;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double series_quantile(const struct series *series, double fraction)
{
	double sorted[SERIES_MAX];
	double position;
	size_t below;

	if (series->count == 0)
		return 0;
	memcpy(sorted, series->samples, series->count * sizeof(sorted[0]));
	qsort(sorted, series->count, sizeof(sorted[0]), compare);
	position = fraction * (double)(series->count - 1);
	below = (size_t)position;
	if (below + 1 >= series->count)
		return sorted[series->count - 1];
	return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}
