/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 100 executions
 * The writer writes before its critical section and the reader reads after its own: in the
 * schedules in which the writer comes first, the lock happens to order the two.
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int data, critical;

static void *change(void *unused)
{
	data = 1;
	pthread_mutex_lock(&lock);
	critical++;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *look(void *unused)
{
	pthread_mutex_lock(&lock);
	critical++;
	pthread_mutex_unlock(&lock);
	return data == 7 ? &data : unused;
}

int main(void)
{
	pthread_t writer = start(change, NULL);
	pthread_t reader = start(look, NULL);

	finish(writer);
	finish(reader);
	return 0;
}
