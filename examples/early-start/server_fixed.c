/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 300 executions of auto
 * The repaired twin of server.c: what the worker serves from is set before it is started.
 */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static const int *table;

static void *serve(void *unused)
{
	assert(table != NULL && table[0] == 42);
	return unused;
}

int main(void)
{
	static const int answers[] = { 42 };
	pthread_t worker;

	table = answers;
	pthread_create(&worker, NULL, serve, NULL);
	pthread_join(worker, NULL);
	return 0;
}
