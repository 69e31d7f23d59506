/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: each thread reads one rwlock and wants to write the other. */
#include "hang.h"

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_rwlock_t index_lock = PTHREAD_RWLOCK_INITIALIZER;

static void *update_index(void *unused)
{
	pthread_rwlock_rdlock(&table_lock);
	meet();
	pthread_rwlock_wrlock(&index_lock);
	return unused;
}

static void *update_table(void *unused)
{
	pthread_rwlock_rdlock(&index_lock);
	meet();
	pthread_rwlock_wrlock(&table_lock);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t a, b;

	(void)argv;
	set_up(2);
	pthread_create(&a, NULL, update_index, NULL);
	pthread_create(&b, NULL, update_table, NULL);
	announce();
	/* With an argument main waits for something else altogether. */
	if (argc > 1)
		pause();
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
