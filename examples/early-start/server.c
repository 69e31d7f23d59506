/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 100 executions of auto
 * The worker is started before the table that it serves from is set. A new thread may run
 * before pthread_create() has even returned: then there is no table.
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

	pthread_create(&worker, NULL, serve, NULL);
	table = answers;
	pthread_join(worker, NULL);
	return 0;
}
