/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, thread-ends-holding: an error path returns without the unlock. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int fails = 1;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
#ifndef FIXED
	if (fails)
		return unused;
#endif
	fails = 0;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, NULL))
		return 1;
	pthread_join(thread, NULL);
	return 0;
}
