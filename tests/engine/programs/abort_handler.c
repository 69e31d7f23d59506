/* SPDX-License-Identifier: Apache-2.0 */
/* abort() with a handler that returns: the process dies of SIGABRT all the same, in any thread.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static void on_abort(int number)
{
	static const char text[] = "handler\n";

	(void)number;
	(void)!write(1, text, sizeof(text) - 1);
}

static void *give_up(void *unused)
{
	(void)unused;
	abort();
}

int main(void)
{
	pthread_t thread;

	signal(SIGABRT, on_abort);
	pthread_create(&thread, NULL, give_up, NULL);
	pthread_join(thread, NULL);
	return 0;
}
