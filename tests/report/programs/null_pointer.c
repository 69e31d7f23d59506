/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: crash within 200 executions of auto
 * Whether there is a box is asked in one critical section and relied on in the next; in between
 * the other thread may have thrown it away.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct box {
	int value;
};

static struct box *box;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int seen;

static bool has_box(void)
{
	bool there;

	pthread_mutex_lock(&lock);
	there = box != NULL;
	pthread_mutex_unlock(&lock);
	return there;
}

static void *read_box(void *unused)
{
	if (!has_box())
		return unused;
	pthread_mutex_lock(&lock);
#ifdef FIXED
	if (box)
#endif
		seen = box->value;
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *drop_box(void *unused)
{
	pthread_mutex_lock(&lock);
	free(box);
	box = NULL;
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	box = calloc(1, sizeof(*box));
	pthread_create(&threads[0], NULL, read_box, NULL);
	pthread_create(&threads[1], NULL, drop_box, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	return 0;
}
