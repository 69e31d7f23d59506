/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stream whose own functions take a mutex: libc holds the stream's lock meanwhile, and others
 * who use the stream have to wait for it, not the whole process.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#define THREADS 4

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int calls;
static FILE *stream;

static ssize_t cookie_write(void *cookie, const char *bytes, size_t size)
{
	(void)cookie;
	(void)bytes;
	pthread_mutex_lock(&mutex);
	sched_yield();
	calls++;
	pthread_mutex_unlock(&mutex);
	return (ssize_t)size;
}

static void *use(void *unused)
{
	for (int i = 0; i < 3; i++) {
		fprintf(stream, "%d\n", i);
		pthread_mutex_lock(&mutex);
		sched_yield();
		pthread_mutex_unlock(&mutex);
		fputc('\n', stream);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[THREADS];

	stream = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = cookie_write });
	setvbuf(stream, NULL, _IOLBF, 64);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, use, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	fclose(stream);
	printf("%d calls\n", calls);
	return 0;
}
