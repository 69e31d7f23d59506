/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A pointer with a version in 16 bytes, changed by compare-and-swap of both at once.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

struct versioned {
	int *cell;
	uint64_t version;
};

static _Atomic(struct versioned) current;
static int cells[3];

static void *work(void *argument)
{
	int self = number_of(argument);
	struct versioned old = atomic_load(&current), new;

	cells[self] = 10 + self;
	do {
		new.cell = &cells[self];
		new.version = old.version + 1;
	} while (!atomic_compare_exchange_weak(&current, &old, new));
	if (old.cell)
		assert(*old.cell >= 10); /* published by the exchange that was read from */
	return NULL;
}

int main(void)
{
	parallel(3, work);
	struct versioned last = atomic_load(&current);

	assert(last.version == 3 && *last.cell >= 10);
	return 0;
}
