/* SPDX-License-Identifier: Apache-2.0 */
/* A shared library whose constructor makes a thread, before the program's main begins. */
#include <pthread.h>
#include <unistd.h>

static void *wait_for_ever(void *unused)
{
	for (;;)
		pause();
	return unused;
}

__attribute__((constructor)) static void begin(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, wait_for_ever, NULL);
	pthread_detach(thread);
}

int early_thread_answer(void);

int early_thread_answer(void)
{
	return 42;
}
