/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock: a thread ended with a mutex held, main waits for it. With an argument: held
 * across fork() by a thread that the child does not have.
 */
#include "hang.h"

#include <sys/wait.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *keep(void *stays)
{
	pthread_mutex_lock(&lock);
	if (stays) {
		meet();
		pause();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	pid_t child;

	set_up(2);
	pthread_create(&thread, NULL, keep, argc > 1 ? argv : NULL);
	if (argc == 1) {
		pthread_join(thread, NULL);
		announce();
		pthread_mutex_lock(&lock);
		return 0;
	}
	meet();
	child = fork();
	if (child == 0) {
		end_with_parent();
		pthread_mutex_lock(&lock);
		_exit(0);
	}
	printf("%d\n", child);
	fflush(stdout);
	announce();
	return waitpid(child, NULL, 0) != child;
}
