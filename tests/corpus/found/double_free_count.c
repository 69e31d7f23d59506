/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free within 50 executions
 * The count is dropped and then read again: both threads may see zero.
 * Twin: silent/reference_count.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int references = 2;
static char *object;

static void *drop(void *unused)
{
	atomic_fetch_sub(&references, 1);
	if (atomic_load(&references) == 0)
		free(object);
	return unused;
}

int main(void)
{
	object = malloc(40);
	parallel(2, drop);
	return 0;
}
