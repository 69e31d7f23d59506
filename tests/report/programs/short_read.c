/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 2000 executions of auto
 * What was written to a TCP connection at once is taken to be read at once.
 */
#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int ends[2];

static void *send_all(void *unused)
{
	if (write(ends[1], "a message", 9) != 9)
		return NULL;
	return unused;
}

static ssize_t receive(char *bytes, size_t size)
{
	size_t done = 0;
	ssize_t count;

	do {
		count = read(ends[0], bytes + done, size - done);
		if (count > 0)
			done += (size_t)count;
#ifndef FIXED
		break;
#endif
	} while (count > 0 && done < size);
	return (ssize_t)done;
}

/* A connection to itself over the loopback: both its ends. */
static int connect_ends(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t size = sizeof(address);

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 1) < 0 ||
		getsockname(listener, (struct sockaddr *)&address, &size) < 0 ||
		connect(ends[0], (struct sockaddr *)&address, size) < 0)
		return -1;
	ends[1] = accept(listener, NULL, NULL);
	return close(listener) | (ends[1] < 0 ? -1 : 0);
}

int main(void)
{
	pthread_t thread;
	char bytes[9];

	if (connect_ends() < 0)
		return 1;
	pthread_create(&thread, NULL, send_all, NULL);
	assert(receive(bytes, sizeof(bytes)) == 9);
	pthread_join(thread, NULL);
	return memcmp(bytes, "a message", 9) != 0;
}
