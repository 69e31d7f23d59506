/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * What is printed depends on who comes first, and nothing else does.
 */
#include <pthread.h>
#include <stdio.h>

static int state;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *change(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	state = 1;
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

static void *print(void *unused)
{
#ifdef FIXED
	pthread_mutex_lock(&lock);
#endif
	printf("state %d\n", state);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	return unused;
}

int main(void)
{
	pthread_t changer, printer;

	pthread_create(&changer, NULL, change, NULL);
	pthread_create(&printer, NULL, print, NULL);
	pthread_join(changer, NULL);
	pthread_join(printer, NULL);
	return pthread_mutex_destroy(&lock);
}
