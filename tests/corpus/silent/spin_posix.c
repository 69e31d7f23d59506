/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * The spin lock that POSIX has, by lock and by trylock.
 */
#include <assert.h>
#include <sched.h>
#include "../parallel.h"

static pthread_spinlock_t lock;
static int counter;

static void *work(void *argument)
{
	if (number_of(argument) == 0) {
		while (pthread_spin_trylock(&lock))
			sched_yield();
	} else {
		pthread_spin_lock(&lock);
	}
	counter++;
	pthread_spin_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE);
	parallel(3, work);
	pthread_spin_destroy(&lock);
	assert(counter == 3);
	return 0;
}
