/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A reference count dropped with relaxed order: the last one cleans up while the other's use of
 * the object is unordered to it. Twin: silent/reference_count.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static struct {
	atomic_int references;
	int uses;
} object = { 2, 0 };

static void *work(void *argument)
{
	if (!number_of(argument))
		object.uses = 1;
	if (atomic_fetch_sub_explicit(&object.references, 1, memory_order_relaxed) == 1)
		object.uses = -1; /* as free() would */
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
