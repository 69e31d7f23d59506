/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A queue that is not linearizable: a place is reserved first and filled later, and one that
 * takes from it skips places that are not filled, so that what was put in first may come out
 * last, or not at all. -DFIXED: both are done under a lock.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <weft/weft.h>

#define SIZE 4

static atomic_int places[SIZE];
static atomic_int back;
#ifdef FIXED
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
#define ENTER() pthread_mutex_lock(&lock)
#define LEAVE() pthread_mutex_unlock(&lock)
#else
#define ENTER() (void)0
#define LEAVE() (void)0
#endif

static void put(int value)
{
	weft_op_begin("put");
	ENTER();
	int place = atomic_fetch_add(&back, 1);
	atomic_store(&places[place], value);
	LEAVE();
	weft_op_end(0);
}

static int take(void)
{
	int value = 0;

	weft_op_begin("take");
	ENTER();
	for (int i = 0; i < atomic_load(&back) && !value; i++)
		value = atomic_exchange(&places[i], 0);
	LEAVE();
	weft_op_end(value);
	return value;
}

static void *put_two(void *unused)
{
	put(1);
	put(2);
	return unused;
}

static void *take_two(void *unused)
{
	put(3);
	take();
	take();
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, put_two, NULL);
	pthread_create(&threads[1], NULL, take_two, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	take();
	take();
	return 0;
}
