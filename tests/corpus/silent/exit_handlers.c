/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A thread prepares what handlers of exit then use. Nothing else orders the two than that the
 * thread registered the handlers afterwards: the main thread learns of it by a relaxed count.
 */
#define _DEFAULT_SOURCE
#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "../parallel.h"

static int plain, with_status;
static atomic_int registered;

static void use_plain(void)
{
	assert(plain == 1);
}

static void use_status(int status, void *argument)
{
	assert(status == 0 && *(int *)argument == 2);
}

static void *prepare(void *unused)
{
	plain = 1;
	atexit(use_plain);
	atomic_fetch_add_explicit(&registered, 1, memory_order_relaxed);
	with_status = 2;
	on_exit(use_status, &with_status);
	atomic_fetch_add_explicit(&registered, 1, memory_order_relaxed);
	return unused;
}

int main(void)
{
	pthread_detach(start(prepare, NULL));
	while (atomic_load_explicit(&registered, memory_order_relaxed) < 2)
		;
	return 0;
}
