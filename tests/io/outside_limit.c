/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A limit on what another process does must not run out early, however busy the other threads
 * are: the process takes as long as it takes, and that is no schedule's making.
 */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#define HOUR_MS (3600 * 1000)
#define ROUNDS 200

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *work(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&lock);
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	struct pollfd end = { .events = POLLIN };
	pthread_t worker;
	int fds[2];
	pid_t child;

	if (pipe(fds) != 0 || (child = fork()) < 0)
		return 1;
	if (child == 0)
		_exit(write(fds[1], "x", 1) != 1);
	close(fds[1]);
	end.fd = fds[0];
	pthread_create(&worker, NULL, work, NULL);
	printf("poll: %d\n", poll(&end, 1, HOUR_MS));
	pthread_join(worker, NULL);
	printf("waitpid: %d\n", waitpid(child, NULL, 0) == child);
	return 0;
}
