/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 20 executions
 * Client and server each write all of a long message before they read: both pipes fill up.
 */
#include <string.h>
#include <unistd.h>
#include "../parallel.h"

#define LENGTH 200000

static int there[2], back[2];

static void write_and_read(int to, int from)
{
	static const char message[LENGTH];
	static __thread char answer[4096];
	size_t done = 0;

	while (done < LENGTH) {
		ssize_t count = write(to, message + done, LENGTH - done);

		if (count < 0)
			abort();
		done += (size_t)count;
	}
	for (done = 0; done < LENGTH;)
		done += (size_t)read(from, answer, sizeof(answer));
}

static void *serve(void *unused)
{
	write_and_read(back[1], there[0]);
	return unused;
}

int main(void)
{
	if (pipe(there) || pipe(back))
		return 2;
	pthread_t server = start(serve, NULL);

	write_and_read(there[1], back[0]);
	finish(server);
	return 0;
}
