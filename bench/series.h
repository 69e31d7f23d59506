/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of one quantity. Reported as the median with the quartiles around it: a machine
 * that is now and then busy with something else moves the ends, and hardly these.
 */
#ifndef WEFT_BENCH_SERIES_H
#define WEFT_BENCH_SERIES_H

#include <stddef.h>

#define SERIES_MAX 64

struct series {
	double samples[SERIES_MAX];
	size_t count;
};

/* Samples beyond SERIES_MAX are not kept. */
void series_add(struct series *series, double sample);

/* The sample that `fraction` (0 to 1) of the others lie below; 0 when there is none. */
double series_quantile(const struct series *series, double fraction);

static inline double series_median(const struct series *series)
{
	return series_quantile(series, 0.5);
}

#endif
