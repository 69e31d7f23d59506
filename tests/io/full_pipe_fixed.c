/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: nothing. The repaired twin of full_pipe.c: one of the two reads first. */
#include <pthread.h>
#include <unistd.h>

#define SIZE (128 * 1024)

static int pipes[2][2];
static char bytes[2][SIZE];

static long read_all(int self)
{
	long total = 0, got;

	while (total < SIZE && (got = read(pipes[!self][0], bytes[self] + total, SIZE)) > 0)
		total += got;
	return total;
}

static void *exchange(void *argument)
{
	int self = (int)(long)argument;
	long got = self ? read_all(self) : 0;

	if (write(pipes[self][1], bytes[self], SIZE) != SIZE)
		return NULL;
	return (void *)(self ? got : read_all(self));
}

int main(void)
{
	pthread_t thread;
	void *got;

	if (pipe(pipes[0]) || pipe(pipes[1]))
		return 1;
	if (pthread_create(&thread, NULL, exchange, (void *)1L))
		return 1;
	if ((long)exchange((void *)0L) != SIZE || pthread_join(thread, &got))
		return 1;
	return (long)got != SIZE;
}
