/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Epoch based reclamation. A reader announces the epoch it reads in and makes sure that it is
 * still the global one; the writer unlinks, raises the epoch, and frees once no reader is in an
 * older one. All is seq_cst, since announcing and looking must not pass each other.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define READERS 2
#define IDLE 0

static atomic_int epoch = 1;
static atomic_int announced[READERS];
static _Atomic(int *) shared;

static int *boxed(int value)
{
	int *box = malloc(sizeof(*box));

	assert(box);
	*box = value;
	return box;
}

static void *read_twice(void *argument)
{
	atomic_int *mine = &announced[number_of(argument)];

	for (int i = 0; i < 2; i++) {
		int now;

		do {
			now = atomic_load(&epoch);
			atomic_store(mine, now);
		} while (atomic_load(&epoch) != now);
		assert(*atomic_load(&shared) > 0);
		atomic_store(mine, IDLE);
	}
	return NULL;
}

static void *write_once(void *unused)
{
	int *old = atomic_exchange(&shared, boxed(2));
	int now = atomic_fetch_add(&epoch, 1) + 1;

	for (int i = 0; i < READERS; i++) {
		int seen;

		while ((seen = atomic_load(&announced[i])) != IDLE && seen < now)
			sched_yield();
	}
	*old = 0;
	free(old);
	return unused;
}

int main(void)
{
	atomic_init(&shared, boxed(1));
	pthread_t writer = start(write_once, NULL);

	parallel(READERS, read_twice);
	finish(writer);
	free(shared);
	return 0;
}
