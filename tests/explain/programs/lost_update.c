/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: lost-update of total. Both read the total before either has added to it. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void *add(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
	total += 10;
	pthread_mutex_unlock(&lock);
#else
	pthread_mutex_lock(&lock);
	int seen = total;
	pthread_mutex_unlock(&lock);
	pthread_mutex_lock(&lock);
	total = seen + 10;
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, add, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(total == 20);
	return 0;
}
