/* SPDX-License-Identifier: Apache-2.0 */
/*
 * -DCASE=NEVER: a condition that is true in no execution. RARELY: in some. EVENTUALLY: one that
 * becomes true in each execution but those in which the worker comes last. FIXED: in each.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <weft/weft.h>

#define NEVER 0
#define RARELY 1
#define EVENTUALLY 2
#define FIXED 3

static atomic_int worked;

static void *work(void *unused)
{
	atomic_store(&worked, 1);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, work, NULL);
	weft_assert_sometimes(CASE != NEVER && atomic_load(&worked), "the worker comes first");
	weft_assert_eventually(
		CASE < EVENTUALLY || atomic_load(&worked), "the worker has worked");
	pthread_join(thread, NULL);
	if (CASE == FIXED)
		weft_assert_eventually(atomic_load(&worked), "the worker has worked");
	return 0;
}
