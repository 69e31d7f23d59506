/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock within 100 executions of auto: two locks taken in two orders. */
#include <pthread.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second = PTHREAD_MUTEX_INITIALIZER;

static void *forwards(void *argument)
{
	pthread_mutex_lock(&first);
	pthread_mutex_lock(&second);
	pthread_mutex_unlock(&second);
	pthread_mutex_unlock(&first);
	return argument;
}

static void *backwards(void *argument)
{
	pthread_mutex_lock(&second);
	pthread_mutex_lock(&first);
	pthread_mutex_unlock(&first);
	pthread_mutex_unlock(&second);
	return argument;
}

int main(void)
{
	pthread_t a, b;

	pthread_create(&a, NULL, forwards, NULL);
	pthread_create(&b, NULL, backwards, NULL);
	pthread_join(a, NULL);
	pthread_join(b, NULL);
	return 0;
}
