/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, init-held: a module is set up twice, the second time in use. */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock;

static void set_up(void)
{
	pthread_mutex_init(&lock, NULL);
}

/* Memory that is given back with a lock held in it, and used again, is not the same lock. */
static int reuse(void)
{
	for (int i = 0; i < 2; i++) {
		pthread_mutex_t *other = malloc(sizeof(*other));

		if (!other)
			return 1;
		pthread_mutex_init(other, NULL);
		pthread_mutex_lock(other);
		free(other);
	}
	return 0;
}

int main(void)
{
	set_up();
	pthread_mutex_lock(&lock);
#ifndef FIXED
	set_up();
#endif
	pthread_mutex_unlock(&lock);
	/* Not in use: set up again, as after a restart. */
	set_up();
	return reuse();
}
