/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * pthread_once: the routine's return happens before the return of every call.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int *table;
static int calls;

static void make_table(void)
{
	calls++;
	table = calloc(4, sizeof(*table));
	assert(table);
	table[3] = 9;
}

static void *work(void *unused)
{
	pthread_once(&once, make_table);
	assert(table[3] == 9);
	return unused;
}

int main(void)
{
	parallel(4, work);
	assert(calls == 1);
	free(table);
	return 0;
}
