/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Atomic counters of every size, with every kind of read-modify-write; relaxed ones need no
 * order since nobody reads anything else because of them.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static _Atomic(uint8_t) one;
static _Atomic(uint16_t) two;
static _Atomic(uint32_t) four;
static _Atomic(uint64_t) eight = 7;
static _Atomic(uintptr_t) bits;

static void *work(void *argument)
{
	int self = number_of(argument);
	uint32_t seen = 0;

	atomic_fetch_add_explicit(&one, 1, memory_order_relaxed);
	atomic_fetch_sub_explicit(&two, 1, memory_order_relaxed);
	while (!atomic_compare_exchange_weak_explicit(
		&four, &seen, seen + 3, memory_order_relaxed, memory_order_relaxed))
		;
	atomic_fetch_xor(&eight, UINT64_C(1) << (40 + self));
	atomic_fetch_or(&bits, (uintptr_t)1 << self);
	atomic_fetch_and(&bits, ~((uintptr_t)1 << 20));
	return NULL;
}

int main(void)
{
	parallel(3, work);
	assert(one == 3 && two == (uint16_t)-3 && four == 9);
	assert(eight == (UINT64_C(7) << 40) + 7 && bits == 7);
	return 0;
}
