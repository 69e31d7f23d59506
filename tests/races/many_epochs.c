/* SPDX-License-Identifier: Apache-2.0 */
/*
 * So many releases that there are no more epochs: weft has to say that it could not compare
 * everything, and must not accuse.
 */
#include <pthread.h>
#include <stdatomic.h>

#define RELEASES (1 << 24)

static atomic_int done;
static int shared;

static void *release(void *unused)
{
	for (int i = 0; i < RELEASES; i++)
		atomic_store_explicit(&done, i, memory_order_release);
	shared++;
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, release, NULL);
	pthread_join(thread, NULL);
	return shared != 1;
}
