/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: none. What goes wrong lies in a pipe, of whose bytes no pattern knows. */
#include <assert.h>
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>

static int ends[2];

static void *send(void *letter)
{
	ssize_t sent = write(ends[1], letter, 1);

	assert(sent == 1);
	return NULL;
}

int main(void)
{
	char letters[] = "ab", first = 0;
	pthread_t threads[2];
	int r = pipe(ends);

	assert(r == 0);
	for (int i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, send, &letters[i]);
#ifdef FIXED
		pthread_join(threads[i], NULL);
#endif
	}
	ssize_t got = read(ends[0], &first, 1);

	assert(got == 1 && first == 'a');
#ifndef FIXED
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
#endif
	return 0;
}
