/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bounded buffer: the producer moves its index before it has written the item, and the consumer
 * reads an empty place. Needs 1 placed switch.
 */
#include "program.h"

#define CAPACITY 4

static atomic_int items[CAPACITY], written;

static void *produce(void *argument)
{
	for (int i = 0; i < 3; i++) {
		int place = atomic_load(&written);

#ifdef FIXED
		atomic_store(&items[place], i + 1);
		atomic_store(&written, place + 1);
#else
		atomic_store(&written, place + 1);
		atomic_store(&items[place], i + 1);
#endif
	}
	return argument;
}

static void *consume(void *argument)
{
	for (int taken = 0; taken < atomic_load(&written); taken++)
		assert(atomic_load(&items[taken]) != 0);
	return argument;
}

int main(void)
{
	run_two(consume, produce);
	return 0;
}
