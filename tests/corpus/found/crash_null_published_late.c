/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: crash within 50 executions
 * The reader trusts that the buffer is there once the count is above zero; the writer counts
 * first.
 */
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int count;
static _Atomic(int *) buffer;
static int storage;

static void *fill(void *unused)
{
	atomic_fetch_add(&count, 1);
	atomic_store(&buffer, &storage);
	return unused;
}

static void *use(void *unused)
{
	if (atomic_load(&count))
		*atomic_load(&buffer) = 1;
	return unused;
}

int main(void)
{
	pthread_t filler = start(fill, NULL);
	pthread_t user = start(use, NULL);

	finish(filler);
	finish(user);
	return 0;
}
