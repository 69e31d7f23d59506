/* SPDX-License-Identifier: Apache-2.0 */
/* Uses the library whose constructor makes a thread; has one of its own. */
#include <pthread.h>
#include <stdio.h>

int early_thread_answer(void);

static void *ask(void *unused)
{
	printf("%d\n", early_thread_answer());
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, ask, NULL);
	pthread_join(thread, NULL);
	return 0;
}
