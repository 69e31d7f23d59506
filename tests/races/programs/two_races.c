/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * Two bugs in one program: each is a finding of its own.
 */
#include <pthread.h>

static int bytes_sent, packets_sent;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *send(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	bytes_sent += 100;
	packets_sent += 1;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, send, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return pthread_mutex_destroy(&lock);
}
