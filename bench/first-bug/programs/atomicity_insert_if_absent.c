/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Atomicity violation: a key is looked up in one critical section and inserted in another.
 * Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static int keys[8];
static int count;

static bool contains(int key)
{
	bool found = false;

	lock(&mutex);
	for (int i = 0; i < count; i++)
		found |= keys[i] == key;
	unlock(&mutex);
	return found;
}

static void insert(int key)
{
	lock(&mutex);
	keys[count++] = key;
	unlock(&mutex);
}

static void *add(void *argument)
{
	int key = number_of(argument) / 2;

	lock_if_fixed();
	if (!contains(key))
		insert(key);
	unlock_if_fixed();
	return NULL;
}

int main(void)
{
	run_threads(4, add);
	assert(count == 2);
	return 0;
}
