/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: no deadlock: two threads compute, main waits for them. */
#include "hang.h"

static unsigned long counters[2];

static void *compute(void *arg)
{
	volatile unsigned long *counter = arg;

	for (;;)
		++*counter;
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (size_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, compute, &counters[i]);
	announce();
	pthread_join(threads[0], NULL);
	return 0;
}
