/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader/writer lock: a reader finds an entry missing, gives up the read lock, takes the write
 * lock and does not look again. Two insert it. Needs 1 placed switch.
 */
#include "program.h"

static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static int entries;

static void *find_or_insert(void *argument)
{
	bool missing;

	pthread_rwlock_rdlock(&table_lock);
	missing = entries == 0;
	pthread_rwlock_unlock(&table_lock);
	if (!missing)
		return argument;
	pthread_rwlock_wrlock(&table_lock);
#ifdef FIXED
	if (entries == 0)
#endif
		entries++;
	pthread_rwlock_unlock(&table_lock);
	return argument;
}

int main(void)
{
	run_two(find_or_insert, find_or_insert);
	assert(entries == 1);
	return 0;
}
