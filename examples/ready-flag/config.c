/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 300 executions of auto
 * One thread loads the configuration and says by a flag that it is there. The flag is set too
 * early, and nothing orders it: a reader that sees it may find a configuration that isn't
 * there.
 */
#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

static const char *address;
static int port;
static bool ready;

static void *load(void *unused)
{
	ready = true;
	address = "127.0.0.1";
	port = 8080;
	return unused;
}

static void *serve(void *unused)
{
	if (ready)
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
