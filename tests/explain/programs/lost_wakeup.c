/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: lost-wakeup of ready. The signal is sent without looking whether anybody waits. */
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ready = PTHREAD_COND_INITIALIZER;
static int done;

static void *wait(void *unused)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	while (!done)
#endif
		pthread_cond_wait(&ready, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *tell(void *unused)
{
	pthread_mutex_lock(&lock);
	done = 1;
	pthread_cond_signal(&ready);
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, wait, NULL);
	pthread_create(&threads[1], NULL, tell, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
