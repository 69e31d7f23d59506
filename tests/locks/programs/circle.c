/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COUNT threads (2 to 5) each take their own lock and then the next one's.
 * EXPECT: deadlock within 200 executions of auto
 */
#include <pthread.h>
#include <stddef.h>

static struct place {
	pthread_mutex_t lock;
	int taken;
} places[COUNT];

static void *take_two(void *argument)
{
	size_t own = (size_t)argument, next = (own + 1) % COUNT;

#ifdef FIXED
	/* In one order. */
	if (next < own) {
		next = own;
		own = 0;
	}
#endif
	pthread_mutex_lock(&places[own].lock);
	pthread_mutex_lock(&places[next].lock);
	places[own].taken++;
	pthread_mutex_unlock(&places[next].lock);
	pthread_mutex_unlock(&places[own].lock);
	return NULL;
}

int main(void)
{
	pthread_t threads[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		pthread_mutex_init(&places[i].lock, NULL);
	for (size_t i = 0; i < COUNT; i++)
		if (pthread_create(&threads[i], NULL, take_two, (void *)i))
			return 1;
	for (size_t i = 0; i < COUNT; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
