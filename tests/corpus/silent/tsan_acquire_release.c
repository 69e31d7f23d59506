/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A lock in assembly, which no compiler instruments, with the acquire and release that the TSan
 * interface has for it.
 */
#include <assert.h>
#include <sched.h>
#include "../parallel.h"

void __tsan_acquire(void *address);
void __tsan_release(void *address);

static int word, counter;

static void lock(void)
{
	int held = 1;

	for (;;) {
		__asm__ volatile("xchg %0, %1" : "+r"(held), "+m"(word) : : "memory");
		if (!held)
			break;
		sched_yield();
	}
	__tsan_acquire(&word);
}

static void unlock(void)
{
	int held = 0;

	__tsan_release(&word);
	__asm__ volatile("xchg %0, %1" : "+r"(held), "+m"(word) : : "memory");
}

static void *work(void *unused)
{
	for (int i = 0; i < 3; i++) {
		lock();
		counter++;
		unlock();
	}
	return unused;
}

int main(void)
{
	parallel(3, work);
	assert(counter == 9);
	return 0;
}
