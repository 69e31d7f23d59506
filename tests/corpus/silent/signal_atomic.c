/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A signal handler that only touches lock-free atomics, which is all that it may share with
 * other threads; what the handling thread did before is published through them.
 */
#include <assert.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include "../parallel.h"

static atomic_int ready, handled;
static int prepared;

static void handle(int number)
{
	(void)number;
	atomic_fetch_add_explicit(&handled, 1, memory_order_release);
}

static void *work(void *unused)
{
	prepared = 1;
	atomic_store(&ready, 1);
	while (atomic_load(&handled) < 2)
		sched_yield();
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handle };

	sigaction(SIGUSR1, &action, NULL);
	pthread_t worker = start(work, NULL);

	while (!atomic_load(&ready))
		sched_yield();
	pthread_kill(worker, SIGUSR1);
	while (atomic_load_explicit(&handled, memory_order_acquire) < 1)
		sched_yield();
	assert(prepared == 1);
	raise(SIGUSR1);
	finish(worker);
	return 0;
}
