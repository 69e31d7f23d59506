/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded buffer: producers look for room before they take the lock; two find the last place.
 * Needs 1 placed switch.
 */
#include "program.h"

#define CAPACITY 3

MUTEX(mutex);
static int items[CAPACITY];
static atomic_int count;

static void *produce(void *argument)
{
	for (int i = 0; i < 2; i++) {
#ifdef FIXED
		lock(&mutex);
		if (count < CAPACITY)
			items[count++] = i + 1;
		unlock(&mutex);
#else
		if (count < CAPACITY) {
			lock(&mutex);
			assert(count < CAPACITY);
			items[count++] = i + 1;
			unlock(&mutex);
		}
#endif
	}
	return argument;
}

int main(void)
{
	run_two(produce, produce);
	assert(items[0] && items[1] && items[2]);
	return 0;
}
