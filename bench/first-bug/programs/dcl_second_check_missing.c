/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Double-checked initialisation without the second check: two threads initialise, one after the
 * other. Needs 1 placed switch.
 */
#include "program.h"

MUTEX(mutex);
static int *_Atomic instance;
static int storage;
static int made;

static void *use(void *argument)
{
	if (!atomic_load(&instance)) {
		lock(&mutex);
#ifdef FIXED
		if (!atomic_load(&instance)) {
			made++;
			atomic_store(&instance, &storage);
		}
#else
		made++;
		atomic_store(&instance, &storage);
#endif
		unlock(&mutex);
	}
	return argument;
}

int main(void)
{
	run_threads(3, use);
	assert(made == 1);
	return 0;
}
