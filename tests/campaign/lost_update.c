/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: crash within 100 executions of auto when instrumented: an update is lost. */
#include <pthread.h>
#include <stdlib.h>

static int counter;

static void *increment(void *argument)
{
	counter++;
	return argument;
}

int main(void)
{
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, increment, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	if (counter != 2)
		abort();
	return 0;
}
