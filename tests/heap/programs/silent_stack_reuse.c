/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * Threads that nobody joins run one after another on the same stack and thread-local storage.
 */
#include <pthread.h>
#include <semaphore.h>
#include <string.h>

static __thread int calls;
static __thread char name[100];

static void *work(void *argument)
{
	char local[200];

	memset(local, *(int *)argument, sizeof(local));
	memcpy(name, local, sizeof(name));
	calls += local[7];
	return NULL;
}

int main(void)
{
	static int numbers[30];
	pthread_attr_t attributes;
	pthread_t thread;

	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 30; i++) {
		numbers[i] = i;
		pthread_create(&thread, &attributes, work, &numbers[i]);
		if (i % 3 == 0)
			pthread_create(&thread, NULL, work, &numbers[i]);
	}
	pthread_exit(NULL);
}
