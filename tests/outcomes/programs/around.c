/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What comes out depends on what is done around the operations, too: who takes the first number
 * by an atomic, who is the last one out, and, unsynchronised, a plain variable. The operations
 * are atomic, one within another: must stay silent.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <weft/weft.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int next_number;
static atomic_int left = 2;
static int unsynchronised = 1;
static int sum;

static int add(int number)
{
	weft_op_begin("add");
	sum = sum * 3 + number + 1;
	weft_op_end(sum);
	return sum;
}

static void *work(void *argument)
{
	int number = atomic_fetch_add(&next_number, 1);

	unsynchronised = argument ? unsynchronised * 2 : unsynchronised + 1;
	weft_op_begin("add twice");
	pthread_mutex_lock(&lock);
	add(number);
	int result = add(number);
	pthread_mutex_unlock(&lock);
	weft_op_end(result);
	weft_observe("number", number);
	if (atomic_fetch_sub(&left, 1) == 1)
		weft_observe("last", number);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe("unsynchronised", unsynchronised);
	return 0;
}
