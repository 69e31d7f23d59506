/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 50 executions
 * A server thread looks at what main sets only after it has started it.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int port;

static void *serve(void *unused)
{
	assert(atomic_load(&port) != 0);
	return unused;
}

int main(void)
{
	pthread_t server = start(serve, NULL);

	atomic_store(&port, 80);
	finish(server);
	return 0;
}
