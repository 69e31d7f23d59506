/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A mutex of one's own in assembly, of which the tool is told by the TSan mutex annotations:
 * they give the order that the compiler's instrumentation can't see.
 */
#include <assert.h>
#include <sched.h>
#include "../parallel.h"

void __tsan_mutex_create(void *mutex, unsigned int flags);
void __tsan_mutex_destroy(void *mutex, unsigned int flags);
void __tsan_mutex_pre_lock(void *mutex, unsigned int flags);
void __tsan_mutex_post_lock(void *mutex, unsigned int flags, int recursion);
int __tsan_mutex_pre_unlock(void *mutex, unsigned int flags);
void __tsan_mutex_post_unlock(void *mutex, unsigned int flags);

static int mutex, counter;

static int exchange(int value)
{
	__asm__ volatile("xchg %0, %1" : "+r"(value), "+m"(mutex) : : "memory");
	return value;
}

static void lock(void)
{
	__tsan_mutex_pre_lock(&mutex, 0);
	while (exchange(1))
		sched_yield();
	__tsan_mutex_post_lock(&mutex, 0, 0);
}

static void unlock(void)
{
	__tsan_mutex_pre_unlock(&mutex, 0);
	exchange(0);
	__tsan_mutex_post_unlock(&mutex, 0);
}

static void *work(void *unused)
{
	for (int i = 0; i < 2; i++) {
		lock();
		counter++;
		unlock();
	}
	return unused;
}

int main(void)
{
	__tsan_mutex_create(&mutex, 0);
	parallel(3, work);
	__tsan_mutex_destroy(&mutex, 0);
	assert(counter == 6);
	return 0;
}
