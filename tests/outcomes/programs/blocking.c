/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations that wait for one another: a taker that comes first waits in its operation until
 * something is put, and says what it got after the operation. Correct: must stay silent.
 */
#include <pthread.h>
#include <stdint.h>
#include <stddef.h>
#include <weft/weft.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static intptr_t stack[4];
static int height;

static void *put(void *value)
{
	weft_op_begin("put");
	pthread_mutex_lock(&lock);
	stack[height++] = (intptr_t)value;
	pthread_cond_signal(&filled);
	pthread_mutex_unlock(&lock);
	weft_op_end(0);
	return NULL;
}

static void *take(void *unused)
{
	intptr_t value;

	weft_op_begin("take");
	pthread_mutex_lock(&lock);
	while (!height)
		pthread_cond_wait(&filled, &lock);
	value = stack[--height];
	pthread_mutex_unlock(&lock);
	weft_op_end(value);
	weft_observe("taken", value);
	return unused;
}

int main(void)
{
	pthread_t threads[4];

	for (intptr_t i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, take, NULL);
		pthread_create(&threads[2 + i], NULL, put, (void *)(i + 1));
	}
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
