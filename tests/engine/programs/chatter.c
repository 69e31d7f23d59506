/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that take locks and wait for each other; with an argument they say so in many words.
 */
#include <pthread.h>
#include <stdio.h>
#include <wchar.h>

#define THREADS 4

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;
static int loud;

static void say(int number)
{
	if (!loud)
		return;
	printf("thread %d\n", number);
	fprintf(stderr, "has its turn\n");
	puts("and puts");
	putchar('.');
	fputs("and more\n", stdout);
	fwrite("bytes\n", 1, 6, stdout);
	fflush(stdout);
}

static void *take_turns(void *argument)
{
	int number = *(int *)argument;

	for (int i = 0; i < 3; i++) {
		say(number);
		pthread_mutex_lock(&mutex);
		while (turn % THREADS != number)
			pthread_cond_wait(&turned, &mutex);
		say(number);
		turn++;
		pthread_cond_broadcast(&turned);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static int numbers[THREADS];
	pthread_t threads[THREADS];

	(void)argv;
	loud = argc > 1;
	for (int i = 0; i < THREADS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL, take_turns, &numbers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
