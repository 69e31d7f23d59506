/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: no deadlock: main waits for connections; with an argument, on one it made, for an
 * answer that never comes.
 */
#include "hang.h"

#include <netinet/in.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listening = socket(AF_INET, SOCK_STREAM, 0);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	(void)argv;
	if (bind(listening, (struct sockaddr *)&address, size) < 0 ||
		listen(listening, 1) < 0 ||
		getsockname(listening, (struct sockaddr *)&address, &size) < 0)
		return 1;
	announce();
	if (argc == 1)
		return accept(listening, NULL, NULL);
	if (connect(client, (struct sockaddr *)&address, size) < 0)
		return 1;
	return (int)recv(client, &byte, 1, 0);
}
