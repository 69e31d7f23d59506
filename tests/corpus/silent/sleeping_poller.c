/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A thread that looks at an atomic flag now and then and sleeps between: slow, but right.
 */
#include <assert.h>
#include <stdatomic.h>
#include <unistd.h>
#include "../parallel.h"

static atomic_int done;
static int result;

static void *poll_it(void *unused)
{
	while (!atomic_load_explicit(&done, memory_order_acquire))
		usleep(1000);
	assert(result == 11);
	return unused;
}

int main(void)
{
	pthread_t poller = start(poll_it, NULL);

	usleep(5000);
	result = 11;
	atomic_store_explicit(&done, 1, memory_order_release);
	finish(poller);
	return 0;
}
