/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Two workers, each with a pipe of its own, and an event loop over both with epoll: a worker's
 * cell is read only after its byte came.
 */
#include <assert.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "../parallel.h"

#define WORKERS 2

static int pipes[WORKERS][2];
static int cells[WORKERS];

static void *work(void *argument)
{
	int self = number_of(argument);

	cells[self] = self + 1;
	assert(write(pipes[self][1], "x", 1) == 1);
	return NULL;
}

int main(void)
{
	int loop = epoll_create1(0), sum = 0;
	pthread_t workers[WORKERS];

	for (int i = 0; i < WORKERS; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.u32 = (uint32_t)i };

		assert(pipe(pipes[i]) == 0);
		assert(epoll_ctl(loop, EPOLL_CTL_ADD, pipes[i][0], &event) == 0);
		workers[i] = start(work, (void *)(intptr_t)i);
	}
	for (int i = 0; i < WORKERS; i++) {
		struct epoll_event event;
		char byte;

		assert(epoll_wait(loop, &event, 1, -1) == 1);
		assert(read(pipes[event.data.u32][0], &byte, 1) == 1);
		sum += cells[event.data.u32];
	}
	assert(sum == 1 + 2);
	for (int i = 0; i < WORKERS; i++)
		finish(workers[i]);
	return 0;
}
