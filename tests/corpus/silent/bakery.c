/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Lamport's bakery: each draws a number above all others; the lowest goes first. All seq_cst.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define THREADS 3

static atomic_int drawing[THREADS], numbers[THREADS];
static int counter;

static int before(int a, int b)
{
	int number = atomic_load(&numbers[a]), mine = atomic_load(&numbers[b]);

	return number && (number < mine || (number == mine && a < b));
}

static void *work(void *argument)
{
	int self = number_of(argument), highest = 0;

	atomic_store(&drawing[self], 1);
	for (int i = 0; i < THREADS; i++) {
		int number = atomic_load(&numbers[i]);

		highest = number > highest ? number : highest;
	}
	atomic_store(&numbers[self], highest + 1);
	atomic_store(&drawing[self], 0);
	for (int i = 0; i < THREADS; i++) {
		while (atomic_load(&drawing[i]))
			;
		while (i != self && before(i, self))
			;
	}
	counter++;
	atomic_store(&numbers[self], 0);
	return NULL;
}

int main(void)
{
	parallel(THREADS, work);
	assert(counter == THREADS);
	return 0;
}
