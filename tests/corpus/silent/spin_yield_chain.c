/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Threads that pass a baton by number, each spinning with sched_yield until it is its turn.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define THREADS 4

static atomic_int turn;
static int trail[2 * THREADS], length;

static void *work(void *argument)
{
	for (int round = 0; round < 2; round++) {
		while (atomic_load_explicit(&turn, memory_order_acquire) !=
			round * THREADS + number_of(argument))
			sched_yield();
		trail[length++] = number_of(argument);
		atomic_fetch_add_explicit(&turn, 1, memory_order_release);
	}
	return NULL;
}

int main(void)
{
	parallel(THREADS, work);
	for (int i = 0; i < length; i++)
		assert(trail[i] == i % THREADS);
	return 0;
}
