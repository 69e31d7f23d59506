/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A lock on a futex, in the block that it guards. Once it is let go of, who takes it next may
 * free the block; the wake that follows comes to the address only, which is allowed (futex(2)).
 */
#include <assert.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FREE, TAKEN, AWAITED };

struct job {
	uint32_t lock;
	int users;
};

static void take(struct job *job)
{
	uint32_t expected = FREE;

	if (__atomic_compare_exchange_n(
		    &job->lock, &expected, TAKEN, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return;
	while (__atomic_exchange_n(&job->lock, AWAITED, __ATOMIC_SEQ_CST) != FREE)
		syscall(SYS_futex, &job->lock, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
}

static void let_go(struct job *job)
{
	if (__atomic_exchange_n(&job->lock, FREE, __ATOMIC_SEQ_CST) == AWAITED)
		syscall(SYS_futex, &job->lock, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static void *use(void *arg)
{
	struct job *job = arg;
	int left;

	take(job);
	left = --job->users;
	let_go(job);
	if (left == 0)
		free(job);
	return NULL;
}

int main(void)
{
	struct job *job = calloc(1, sizeof(*job));
	pthread_t threads[2];

	assert(job);
	job->users = 3;
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, use, job);
	use(job);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
