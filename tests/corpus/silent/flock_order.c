/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A lock file guards a counter that is kept in another file: each thread opens the lock file
 * itself, so that flock() excludes threads, too.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../parallel.h"

static char lock_path[64];
static int counter;

static void *work(void *unused)
{
	int lock = open(lock_path, O_RDWR);

	assert(lock >= 0 && flock(lock, LOCK_EX) == 0);
	counter++;
	assert(flock(lock, LOCK_UN) == 0);
	close(lock);
	return unused;
}

int main(void)
{
	int memory_file = memfd_create("lock", 0);

	assert(memory_file >= 0);
	snprintf(lock_path, sizeof(lock_path), "/proc/self/fd/%d", memory_file);
	parallel(3, work);
	assert(counter == 3);
	return 0;
}
