/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A shared array grows by realloc() under the lock that all its users take: nobody keeps a
 * pointer into it past the lock.
 */
#include <assert.h>
#include "../parallel.h"

#define THREADS 3
#define EACH 3

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int *numbers;
static size_t count, room;

static void append(int number)
{
	pthread_mutex_lock(&lock);
	if (count == room) {
		room = room ? 2 * room : 1;
		int *larger = realloc(numbers, room * sizeof(*numbers));

		assert(larger);
		numbers = larger;
	}
	numbers[count++] = number;
	pthread_mutex_unlock(&lock);
}

static void *work(void *argument)
{
	for (int i = 0; i < EACH; i++)
		append(number_of(argument));
	return NULL;
}

int main(void)
{
	int sum = 0;

	parallel(THREADS, work);
	for (size_t i = 0; i < count; i++)
		sum += numbers[i];
	assert(count == EACH * THREADS && sum == 9);
	free(numbers);
	return 0;
}
