/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * The threads and locks of C11.
 */
#include <threads.h>

static mtx_t lock;
static int shared;

static int work(void *unused)
{
	(void)unused;
#ifdef FIXED
	mtx_lock(&lock);
#endif
	shared++;
#ifdef FIXED
	mtx_unlock(&lock);
#endif
	return 0;
}

int main(void)
{
	thrd_t threads[2];

	mtx_init(&lock, mtx_plain);
	for (int i = 0; i < 2; i++)
		thrd_create(&threads[i], work, NULL);
	for (int i = 0; i < 2; i++)
		thrd_join(threads[i], NULL);
	mtx_destroy(&lock);
	return 0;
}
