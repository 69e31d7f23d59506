/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A work-stealing deque with the orders that Le, Pop, Cohen and Zappa Nardelli proved for C11
 * (PPoPP 2013), of fixed size. The owner pushes and takes at the bottom, thieves steal at the
 * top; the release fence in push() orders the plain task before the bottom that a thief
 * acquires.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

#define TASKS 3

struct task {
	int runs;
};

static struct task tasks[TASKS];
static _Atomic(struct task *) array[TASKS];
static atomic_int top, bottom;

static void push(struct task *task)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed);

	atomic_store_explicit(&array[b % TASKS], task, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
}

static int win(int t)
{
	return atomic_compare_exchange_strong_explicit(
		&top, &t, t + 1, memory_order_seq_cst, memory_order_relaxed);
}

static struct task *take(void)
{
	int b = atomic_load_explicit(&bottom, memory_order_relaxed) - 1;

	atomic_store_explicit(&bottom, b, memory_order_relaxed);
	atomic_thread_fence(memory_order_seq_cst);
	int t = atomic_load_explicit(&top, memory_order_relaxed);
	struct task *task = NULL;

	if (t <= b)
		task = atomic_load_explicit(&array[b % TASKS], memory_order_relaxed);
	if (t < b)
		return task;
	if (t == b && !win(t))
		task = NULL;
	atomic_store_explicit(&bottom, b + 1, memory_order_relaxed);
	return task;
}

static void *steal(void *unused)
{
	int t = atomic_load_explicit(&top, memory_order_acquire);

	atomic_thread_fence(memory_order_seq_cst);
	if (t >= atomic_load_explicit(&bottom, memory_order_acquire))
		return unused;
	struct task *task = atomic_load_explicit(&array[t % TASKS], memory_order_relaxed);

	if (win(t))
		task->runs++;
	return unused;
}

static void *own(void *unused)
{
	struct task *task;

	for (int i = 0; i < TASKS; i++) {
		tasks[i].runs = 10;
		push(&tasks[i]);
	}
	while ((task = take()))
		task->runs++;
	return unused;
}

int main(void)
{
	pthread_t owner = start(own, NULL);

	parallel(2, steal);
	finish(owner);
	for (int i = 0; i < TASKS; i++)
		assert(tasks[i].runs == 11);
	return 0;
}
