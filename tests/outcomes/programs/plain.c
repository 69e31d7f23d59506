/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Built with -fsanitize=thread: increments of a plain counter, marked as operations. What
 * surrounds them is shared, too: each thread says by a flag of its own that it is done, which
 * the other looks at between operations. -DFIXED: the increments are atomic.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <weft/weft.h>

#ifdef FIXED
static atomic_int count;
#else
static int count;
#endif
static atomic_int done[2];

static void *work(void *argument)
{
	intptr_t me = (intptr_t)argument;

	weft_op_begin("increment");
	count++;
	weft_op_end(0);
	weft_observe("other is done", atomic_load(&done[1 - me]));
	weft_op_begin("increment");
	count++;
	weft_op_end(0);
	atomic_store(&done[me], 1);
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	for (intptr_t i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	weft_observe("count", count);
	return 0;
}
