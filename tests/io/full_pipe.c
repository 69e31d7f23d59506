/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock in every execution, over two file descriptors. Each of two threads writes
 * more into its pipe than fits before it reads the other one's.
 */
#include <pthread.h>
#include <unistd.h>

#define SIZE (128 * 1024)

static int pipes[2][2];
static char bytes[SIZE];

static void *exchange(void *argument)
{
	int self = (int)(long)argument;

	if (write(pipes[self][1], bytes, SIZE) != SIZE)
		return NULL;
	return (void *)read(pipes[!self][0], bytes, SIZE);
}

int main(void)
{
	pthread_t thread;

	if (pipe(pipes[0]) || pipe(pipes[1]))
		return 1;
	if (pthread_create(&thread, NULL, exchange, (void *)1L))
		return 1;
	exchange((void *)0L);
	return pthread_join(thread, NULL);
}
