/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: lock-misuse within 50 executions
 * One way through the function releases the lock twice.
 */
#include <stdatomic.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int failed;

static void *work(void *argument)
{
	atomic_fetch_add(&failed, number_of(argument));
	pthread_mutex_lock(&lock);
	if (atomic_load(&failed))
		pthread_mutex_unlock(&lock);
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
