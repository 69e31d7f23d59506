/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A pointer published by a relaxed store: it does not bring what it points to with it.
 * Twin: silent/double_checked.c
 */
#include <stdatomic.h>
#include "../parallel.h"

static int box;
static _Atomic(int *) published;

static void *publish(void *unused)
{
	box = 3;
	atomic_store_explicit(&published, &box, memory_order_relaxed);
	return unused;
}

static void *use(void *unused)
{
	int *seen = atomic_load_explicit(&published, memory_order_acquire);

	return seen && *seen == 0 ? &box : unused;
}

int main(void)
{
	pthread_t publisher = start(publish, NULL);
	pthread_t user = start(use, NULL);

	finish(publisher);
	finish(user);
	return 0;
}
