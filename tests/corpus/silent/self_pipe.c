/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * The self-pipe trick: a signal handler only writes a byte; an event loop in another thread
 * polls the pipe and does what must not be done in a handler.
 */
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>
#include "../parallel.h"

static int pipe_ends[2];
static int events;

static void handle(int number)
{
	int kept = errno;
	char byte = (char)number;

	if (write(pipe_ends[1], &byte, 1) != 1)
		_exit(1);
	errno = kept;
}

static void *loop(void *unused)
{
	struct pollfd watched = { .fd = pipe_ends[0], .events = POLLIN };
	char byte;

	while (events < 2) {
		int count = poll(&watched, 1, -1);

		if (count == 1 && read(pipe_ends[0], &byte, 1) == 1)
			events++;
	}
	return unused;
}

int main(void)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };

	assert(pipe(pipe_ends) == 0);
	sigaction(SIGUSR1, &action, NULL);
	pthread_t thread = start(loop, NULL);

	raise(SIGUSR1);
	pthread_kill(thread, SIGUSR1);
	finish(thread);
	assert(events == 2);
	return 0;
}
