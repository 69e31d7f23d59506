/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of config.c: the flag is set last, with release order, and read with
 * acquire order, so that whoever sees it sees what was written before.
 */
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

static const char *address;
static int port;
static atomic_bool ready;

static void *load(void *unused)
{
	address = "127.0.0.1";
	port = 8080;
	atomic_store_explicit(&ready, true, memory_order_release);
	return unused;
}

static void *serve(void *unused)
{
	if (atomic_load_explicit(&ready, memory_order_acquire))
		assert(address && port == 8080);
	return unused;
}

int main(void)
{
	pthread_t loader, server;

	pthread_create(&loader, NULL, load, NULL);
	pthread_create(&server, NULL, serve, NULL);
	pthread_join(loader, NULL);
	pthread_join(server, NULL);
	return 0;
}
