/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: a cycle of a rwlock held by its writer and a mutex. */
#include "hang.h"

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;

static void *write_table(void *unused)
{
	pthread_rwlock_wrlock(&table_lock);
	meet();
	pthread_mutex_lock(&cache_lock);
	return unused;
}

static void *read_table(void *unused)
{
	pthread_mutex_lock(&cache_lock);
	meet();
	pthread_rwlock_rdlock(&table_lock);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	set_up(2);
	pthread_create(&a, NULL, write_table, NULL);
	pthread_create(&b, NULL, read_table, NULL);
	announce();
	/* A thread that runs on makes it no less of a deadlock. */
	for (;;)
		sleep(1000);
}
