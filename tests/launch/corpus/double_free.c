/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free in a build with AddressSanitizer. Two threads see the same pointer and
 * both free it. With FIXED, whoever takes it leaves NULL behind.
 */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static void *shared;

static void *drop(void *unused)
{
	pthread_mutex_lock(&lock);
	void *mine = shared;
#ifdef FIXED
	shared = NULL;
#endif
	pthread_mutex_unlock(&lock);
	if (mine)
		free(mine);
	pthread_mutex_lock(&lock);
	shared = NULL;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t other;

	shared = malloc(8);
	pthread_create(&other, NULL, drop, NULL);
	drop(NULL);
	pthread_join(other, NULL);
	return 0;
}
