/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * Writers lock, the reader does not: "it only looks".
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int level;

static void *change(void *unused)
{
	pthread_mutex_lock(&lock);
	level += 2;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *look(void *unused)
{
	return level > 1 ? &level : unused;
}

int main(void)
{
	pthread_t writer = start(change, NULL);
	pthread_t reader = start(look, NULL);

	finish(writer);
	finish(reader);
	return 0;
}
