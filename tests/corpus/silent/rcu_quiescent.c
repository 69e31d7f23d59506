/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Publication as in RCU with quiescent states. Readers use the current version without locks
 * and count up between uses; the writer replaces the version and frees the old one when every
 * reader has counted up since (seq_cst: a reader that counted up after the writer's look finds
 * the new version). A reader that goes away leaves the count at its end.
 */
#include <assert.h>
#include <sched.h>
#include <stdatomic.h>
#include "../parallel.h"

#define READERS 2
#define GONE 1000

struct version {
	int a, b;
};

static _Atomic(struct version *) current;
static atomic_int quiescent[READERS];

static struct version *version_new(int value)
{
	struct version *version = malloc(sizeof(*version));

	assert(version);
	version->a = value;
	version->b = -value;
	return version;
}

static void *read_versions(void *argument)
{
	atomic_int *mine = &quiescent[number_of(argument)];

	for (int i = 1; i <= 2; i++) {
		struct version *version = atomic_load(&current);

		assert(version->a == -version->b);
		atomic_store(mine, i);
	}
	atomic_store(mine, GONE);
	return NULL;
}

static void replace(struct version *version)
{
	struct version *old = atomic_exchange(&current, version);

	for (int i = 0; i < READERS; i++) {
		int seen = atomic_load(&quiescent[i]);

		while (seen != GONE && atomic_load(&quiescent[i]) == seen)
			sched_yield();
	}
	free(old);
}

static void *write_versions(void *unused)
{
	replace(version_new(2));
	replace(version_new(3));
	return unused;
}

int main(void)
{
	atomic_init(&current, version_new(1));
	pthread_t writer = start(write_versions, NULL);

	parallel(READERS, read_versions);
	finish(writer);
	free(current);
	return 0;
}
