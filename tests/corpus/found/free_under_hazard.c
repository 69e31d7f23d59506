/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 200 executions
 * A hazard pointer is announced, but the reader does not look again whether the node is still
 * there. Twin: silent/treiber_hazard.c
 */
#include <stdatomic.h>
#include <sched.h>
#include "../parallel.h"

static _Atomic(int *) shared, hazard;

static void *use(void *unused)
{
	int *box = atomic_load(&shared);

	atomic_store(&hazard, box);
	if (box && *box != 5)
		abort();
	atomic_store(&hazard, NULL);
	return unused;
}

static void *retire(void *unused)
{
	int *box = atomic_exchange(&shared, NULL);

	while (atomic_load(&hazard) == box)
		sched_yield();
	free(box);
	return unused;
}

int main(void)
{
	int *box = malloc(sizeof(*box));

	if (!box)
		return 2;
	*box = 5;
	atomic_init(&shared, box);
	pthread_t user = start(use, NULL), owner = start(retire, NULL);

	finish(user);
	finish(owner);
	return 0;
}
