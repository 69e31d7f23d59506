/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: check-then-act of tickets. Two buyers both see the last ticket. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int tickets = 1;

static void *buy(void *unused)
{
	pthread_mutex_lock(&lock);
	if (tickets > 0) {
#ifndef FIXED
		pthread_mutex_unlock(&lock);
		pthread_mutex_lock(&lock);
#endif
		tickets--;
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, buy, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	assert(tickets == 0);
	return 0;
}
