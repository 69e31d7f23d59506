/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A counter that one thread changes under the lock and another without.
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int counter;

static void *work(void *argument)
{
	if (number_of(argument))
		pthread_mutex_lock(&lock);
	counter++;
	if (number_of(argument))
		pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
