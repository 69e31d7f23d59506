/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 100 executions
 * A relaxed store, unlike a read-modify-write, ends the release sequence: who reads it has
 * synchronised with nobody. Twin: silent/release_sequence.c
 */
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
	if (atomic_load_explicit(&stage, memory_order_relaxed) == 1)
		atomic_store_explicit(&stage, 2, memory_order_relaxed);
	return unused;
}

static void *receive(void *unused)
{
	if (atomic_load_explicit(&stage, memory_order_acquire) == 2 && payload != 3)
		return &payload;
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
