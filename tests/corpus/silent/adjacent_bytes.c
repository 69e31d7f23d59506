/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Each thread writes bytes of its own next to the others', also by memset and as members of
 * different size in one word. Sharing a cache line is slow, but no race.
 */
#include <assert.h>
#include <string.h>
#include "../parallel.h"

#define THREADS 4

static char bytes[THREADS];
static char text[3 * THREADS];
static struct {
	char one;
	short two;
	int four;
	char last;
} mixed;

static void *work(void *argument)
{
	int self = number_of(argument);

	bytes[self] = (char)self;
	memset(text + 3 * self, 'a' + self, 3);
	if (self == 0)
		mixed.one = 1;
	else if (self == 1)
		mixed.two = 2;
	else if (self == 2)
		mixed.four = 4;
	else
		mixed.last = 5;
	return NULL;
}

int main(void)
{
	parallel(THREADS, work);
	assert(memcmp(text, "aaabbbcccddd", sizeof(text)) == 0);
	assert(bytes[3] == 3 && mixed.one + mixed.two + mixed.four + mixed.last == 12);
	return 0;
}
