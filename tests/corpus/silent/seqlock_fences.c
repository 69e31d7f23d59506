/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Boehm's sequence lock (MSPC 2012): relaxed atomic payload between fences. The release fence
 * keeps the payload behind the odd number; the acquire fence keeps the second look at the
 * number behind the payload.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_uint sequence;
static atomic_long payload[2];
static pthread_mutex_t writers = PTHREAD_MUTEX_INITIALIZER;

static void store(long value)
{
	pthread_mutex_lock(&writers);
	unsigned int number = atomic_load_explicit(&sequence, memory_order_relaxed);

	atomic_store_explicit(&sequence, number + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&payload[0], value, memory_order_relaxed);
	atomic_store_explicit(&payload[1], value * value, memory_order_relaxed);
	atomic_store_explicit(&sequence, number + 2, memory_order_release);
	pthread_mutex_unlock(&writers);
}

static void load(long *value, long *square)
{
	unsigned int before, after;

	do {
		before = atomic_load_explicit(&sequence, memory_order_acquire);
		*value = atomic_load_explicit(&payload[0], memory_order_relaxed);
		*square = atomic_load_explicit(&payload[1], memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		after = atomic_load_explicit(&sequence, memory_order_relaxed);
	} while (before != after || before % 2);
}

static void *work(void *argument)
{
	long value, square;

	if (number_of(argument) < 2)
		store(number_of(argument) + 3);
	load(&value, &square);
	assert(square == value * value);
	return NULL;
}

int main(void)
{
	parallel(3, work);
	return 0;
}
