/* SPDX-License-Identifier: Apache-2.0 */
/* A child of a process in which another thread holds a stream can use the stream: libc frees
 * it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t barrier;

static void *holder(void *unused)
{
	flockfile(stdout);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	funlockfile(stdout);
	return unused;
}

int main(void)
{
	pthread_t thread;
	int status;
	pid_t child;

	setvbuf(stdout, NULL, _IONBF, 0);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, holder, NULL);
	pthread_barrier_wait(&barrier);
	child = fork();
	if (child == 0) {
		printf("the child writes\n");
		exit(3);
	}
	waitpid(child, &status, 0);
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	printf("the child left with %d\n", WEXITSTATUS(status));
	return 0;
}
