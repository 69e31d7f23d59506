/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Request and answer over a pair of sockets: the buffer belongs to the server between the two
 * messages and to the client otherwise.
 */
#include <assert.h>
#include <sys/socket.h>
#include <unistd.h>
#include "../parallel.h"

static int sockets[2];
static int buffer;

static void *serve(void *unused)
{
	char request;

	while (recv(sockets[1], &request, 1, 0) == 1) {
		buffer *= 2;
		assert(send(sockets[1], &request, 1, 0) == 1);
	}
	return unused;
}

int main(void)
{
	char message = 'x';

	assert(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
	pthread_t server = start(serve, NULL);

	for (int i = 1; i <= 2; i++) {
		buffer = i;
		assert(send(sockets[0], &message, 1, 0) == 1);
		assert(recv(sockets[0], &message, 1, 0) == 1);
		assert(buffer == 2 * i);
	}
	shutdown(sockets[0], SHUT_RDWR);
	finish(server);
	close(sockets[0]);
	close(sockets[1]);
	return 0;
}
