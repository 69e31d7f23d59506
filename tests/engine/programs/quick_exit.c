/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways to leave that skip the exit handlers: quick_exit runs its own handlers, in a thread
 * that is not main; _exit runs none. ARGUMENT is which.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void never(void)
{
	puts("an exit handler ran");
	fflush(stdout);
}

static void quickly(void)
{
	pthread_mutex_lock(&mutex);
	puts("a quick handler ran");
	fflush(stdout);
	pthread_mutex_unlock(&mutex);
}

static void *leave(void *how)
{
	puts("leaving");
	fflush(stdout);
	if (strcmp(how, "quick") == 0)
		quick_exit(3);
	if (strcmp(how, "_exit") == 0)
		_exit(4);
	_Exit(5);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	atexit(never);
	at_quick_exit(quickly);
	pthread_create(&thread, NULL, leave, argc > 1 ? argv[1] : "quick");
	pthread_join(thread, NULL);
	return 1;
}
