/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing. One thread reads stdin, the other waits for what it read: nobody in the
 * process can go on until a line comes from outside.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static int length;

static void *read_line(void *argument)
{
	char line[64];
	int got;

	(void)argument;
	puts("waiting");
	fflush(stdout);
	got = (int)read(STDIN_FILENO, line, sizeof(line));
	pthread_mutex_lock(&lock);
	length = got;
	pthread_cond_signal(&came);
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_line, NULL))
		return 1;
	pthread_mutex_lock(&lock);
	while (!length)
		pthread_cond_wait(&came, &lock);
	pthread_mutex_unlock(&lock);
	printf("%d bytes\n", length);
	return pthread_join(thread, NULL);
}
