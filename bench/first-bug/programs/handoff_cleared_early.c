/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hand-off of one slot: the receiver says that it is empty before it has copied the message
 * out. Needs 2 placed switches.
 */
#include "program.h"

#define MESSAGES 2

static atomic_bool is_full;
static atomic_int slot;

static void *send(void *argument)
{
	for (int i = 1; i <= MESSAGES; i++) {
		while (atomic_load(&is_full))
			sched_yield();
		atomic_store(&slot, i);
		atomic_store(&is_full, true);
	}
	return argument;
}

static void *receive(void *argument)
{
	for (int i = 1; i <= MESSAGES; i++) {
		int message;

		while (!atomic_load(&is_full))
			sched_yield();
#ifdef FIXED
		message = atomic_load(&slot);
		atomic_store(&is_full, false);
#else
		atomic_store(&is_full, false);
		message = atomic_load(&slot);
#endif
		assert(message == i);
	}
	return argument;
}

int main(void)
{
	run_two(send, receive);
	return 0;
}
