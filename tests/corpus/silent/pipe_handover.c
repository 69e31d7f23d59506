/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A pointer travels through a pipe: what was written before the write() is seen after the
 * read() that brought it. The pipe is the only order between the two.
 */
#include <assert.h>
#include <unistd.h>
#include "../parallel.h"

static int ends[2];

static void *send(void *unused)
{
	for (int i = 1; i <= 2; i++) {
		int *box = malloc(sizeof(*box));

		assert(box);
		*box = i;
		assert(write(ends[1], &box, sizeof(box)) == sizeof(box));
	}
	close(ends[1]);
	return unused;
}

static void *receive(void *unused)
{
	int *box, sum = 0;

	while (read(ends[0], &box, sizeof(box)) == sizeof(box)) {
		sum += *box;
		free(box);
	}
	assert(sum == 3);
	return unused;
}

int main(void)
{
	assert(pipe(ends) == 0);
	pthread_t sender = start(send, NULL);
	pthread_t receiver = start(receive, NULL);

	finish(sender);
	finish(receiver);
	return 0;
}
