/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: the length of a text is asked first, its bytes are copied later, and
 * another thread empties it in between. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static char text[16] = "thread";
static int length = 6;

static int text_length(void)
{
	lock(&mutex);
	int result = length;
	unlock(&mutex);
	return result;
}

static void text_copy(char *to, int count)
{
	lock(&mutex);
	assert(count <= length);
	memcpy(to, text, (size_t)count);
	unlock(&mutex);
}

static void *append(void *argument)
{
	char copy[16];

	(void)argument;
	lock_if_fixed();
	text_copy(copy, text_length());
	unlock_if_fixed();
	return NULL;
}

static void *empty(void *argument)
{
	(void)argument;
	lock_if_fixed();
	lock(&mutex);
	length = 0;
	unlock(&mutex);
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_two(append, empty);
	return 0;
}
