/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 100 executions
 * Two lock files in both orders. Twin: silent/flock_order.c
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../parallel.h"

static int files[2];

static int lock(int which)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", files[which]);
	int file = open(path, O_RDWR);

	if (file < 0 || flock(file, LOCK_EX))
		abort();
	return file;
}

static void *work(void *argument)
{
	int first = lock(number_of(argument));
	int second = lock(1 - number_of(argument));

	close(second);
	close(first);
	return NULL;
}

int main(void)
{
	for (int i = 0; i < 2; i++)
		files[i] = memfd_create("lock", 0);
	parallel(2, work);
	return 0;
}
