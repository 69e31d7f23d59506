/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A statistics counter that may lose an update, which is known and wanted: the function that
 * changes it is excluded by its attribute.
 */
#include <assert.h>
#include "../parallel.h"

static volatile long hits;

__attribute__((no_sanitize("thread"), noinline)) static void count_hit(void)
{
	hits++;
}

static void *work(void *unused)
{
	for (int i = 0; i < 3; i++)
		count_hit();
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(hits >= 1 && hits <= 9);
	return 0;
}
