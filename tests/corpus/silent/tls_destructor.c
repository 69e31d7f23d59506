/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Thread-specific data with a destructor that adds up, under a lock, what each thread counted
 * for itself without one. The join comes after the destructor.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_key_t key;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

static void add_up(void *value)
{
	int *count = value;

	pthread_mutex_lock(&lock);
	total += *count;
	pthread_mutex_unlock(&lock);
	free(count);
}

static void *work(void *argument)
{
	int *count = calloc(1, sizeof(*count));

	assert(count);
	pthread_setspecific(key, count);
	for (int i = 0; i <= number_of(argument); i++)
		++*(int *)pthread_getspecific(key);
	return NULL;
}

int main(void)
{
	pthread_key_create(&key, add_up);
	parallel(3, work);
	assert(total == 1 + 2 + 3);
	pthread_key_delete(key);
	return 0;
}
