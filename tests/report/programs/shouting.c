/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: exit-status within 200 executions of auto
 * What it prints is hard on every report: control characters, bytes that are not UTF-8, the
 * ends of their quotes, and a line that would be a command to a CI server.
 */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int first;

static void *come(void *number)
{
	pthread_mutex_lock(&lock);
	if (!first)
		first = *(int *)number;
	pthread_mutex_unlock(&lock);
	return NULL;
}

int main(void)
{
	static int numbers[] = { 1, 2 };
	pthread_t threads[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, come, &numbers[i]);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	fputs("\x01\x1b[31m ]]> <&\"'> \xff\xfe \xc3\xa9 \xed\xa0\x80 \xef\xbf\xbf ```\r\n"
	      "::error file=x::injected\n"
	      "##[error]injected\n"
	      "| a | b |\n",
		stdout);
#ifdef FIXED
	return 0;
#else
	return first - 1;
#endif
}
