/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, unlock-free: an early return unlocks on a path that has not locked. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int update(int value)
{
#ifdef FIXED
	if (value < 0)
		return -1;
	pthread_mutex_lock(&lock);
#else
	if (value >= 0)
		pthread_mutex_lock(&lock);
#endif
	pthread_mutex_unlock(&lock);
	return 0;
}

int main(void)
{
	update(1);
	update(-1);
	return 0;
}
