/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock within 40 executions of pos. Two files are locked in two orders. */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

static char paths[2][32];

static void *lock_both(void *argument)
{
	int first = (int)(long)argument;
	int fds[2] = { open(paths[first], O_RDWR), open(paths[!first], O_RDWR) };

	for (int i = 0; i < 2; i++)
		if (flock(fds[i], LOCK_EX))
			abort();
	close(fds[1]);
	close(fds[0]);
	return NULL;
}

int main(void)
{
	pthread_t thread;

	for (int i = 0; i < 2; i++) {
		snprintf(paths[i], sizeof(paths[i]), "/tmp/weft-crossed-%c-XXXXXX", '0' + i);
		close(mkstemp(paths[i]));
	}
	if (pthread_create(&thread, NULL, lock_both, (void *)1L))
		return 1;
	lock_both((void *)0L);
	pthread_join(thread, NULL);
	return unlink(paths[0]) || unlink(paths[1]);
}
