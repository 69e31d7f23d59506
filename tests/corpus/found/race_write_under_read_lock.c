/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A statistics field is written under the lock for reading, which two may hold at once.
 */
#include "../parallel.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static int entries[2] = { 3, 4 };
static int lookups;

static void *look_up(void *argument)
{
	pthread_rwlock_rdlock(&lock);
	lookups++;
	int found = entries[number_of(argument)];
	pthread_rwlock_unlock(&lock);
	return found ? NULL : argument;
}

int main(void)
{
	parallel(2, look_up);
	return 0;
}
