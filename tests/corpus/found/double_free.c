/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: double-free within 50 executions
 * Both threads find the buffer, and both free it: looking and forgetting are locked, but two
 * steps.
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *buffer;

static void *release(void *unused)
{
	pthread_mutex_lock(&lock);
	char *mine = buffer;
	pthread_mutex_unlock(&lock);
	free(mine);
	pthread_mutex_lock(&lock);
	buffer = NULL;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	buffer = malloc(100);
	parallel(2, release);
	return 0;
}
