/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: exit-status in a build with UndefinedBehaviorSanitizer that does not recover. There
 * is room for one more, and two threads find it. With FIXED, one of them holds the lock
 * throughout.
 */
#include <limits.h>
#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int count = INT_MAX - 1;

static void *add(void *unused)
{
	pthread_mutex_lock(&lock);
	int has_room = count < INT_MAX;
#ifndef FIXED
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
#endif
	if (has_room)
		count++;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t other;

	pthread_create(&other, NULL, add, NULL);
	add(NULL);
	pthread_join(other, NULL);
	return 0;
}
