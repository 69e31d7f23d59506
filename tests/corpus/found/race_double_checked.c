/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * Double-checked initialisation with a plain pointer: the look without the lock is unordered.
 * Twin: silent/double_checked.c
 */
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int storage, *instance;

static void *use(void *unused)
{
	if (!instance) {
		pthread_mutex_lock(&lock);
		if (!instance) {
			storage = 8;
			instance = &storage;
		}
		pthread_mutex_unlock(&lock);
	}
	return *instance == 8 ? unused : &storage;
}

int main(void)
{
	parallel(2, use);
	return 0;
}
