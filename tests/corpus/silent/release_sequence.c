/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A release store, then relaxed read-modify-writes by others: they continue the release
 * sequence, so that who acquires from the last of them still synchronises with the store at its
 * head.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

static int payload;
static atomic_int stage;

static void *publish(void *unused)
{
	payload = 3;
	atomic_store_explicit(&stage, 1, memory_order_release);
	return unused;
}

static void *raise_stage(void *unused)
{
	int one = 1;

	atomic_compare_exchange_strong_explicit(
		&stage, &one, 2, memory_order_relaxed, memory_order_relaxed);
	return unused;
}

static void *receive(void *unused)
{
	if (atomic_load_explicit(&stage, memory_order_acquire) > 0)
		assert(payload == 3);
	return unused;
}

static void *(*const roles[])(void *) = { publish, raise_stage, receive };

static void *work(void *argument)
{
	return roles[number_of(argument)](argument);
}

int main(void)
{
	parallel(3, work);
	return 0;
}
