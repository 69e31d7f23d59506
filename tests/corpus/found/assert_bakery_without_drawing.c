/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 300 executions
 * Lamport's bakery without the flags that say "still drawing". Twin: silent/bakery.c
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int numbers[2], inside;

static void *work(void *argument)
{
	int self = number_of(argument), other = 1 - self, number;

	atomic_store(&numbers[self], atomic_load(&numbers[other]) + 1);
	do {
		number = atomic_load(&numbers[other]);
	} while (number && (number < atomic_load(&numbers[self]) ||
				   (number == atomic_load(&numbers[self]) && other < self)));
	assert(atomic_fetch_add(&inside, 1) == 0);
	atomic_fetch_sub(&inside, 1);
	atomic_store(&numbers[self], 0);
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
