/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, thread-leak, if asked for: nobody joins the thread that has ended. */
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t done;

static void *work(void *unused)
{
	sem_post(&done);
	return unused;
}

int main(void)
{
	pthread_t thread;

	sem_init(&done, 0, 0);
	if (pthread_create(&thread, NULL, work, NULL))
		return 1;
#ifdef FIXED
	pthread_detach(thread);
#endif
	sem_wait(&done);
	return 0;
}
