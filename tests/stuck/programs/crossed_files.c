/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crossed_files FILE [x]: EXPECT: deadlock: a process waits for a lock that it has itself, by
 * another descriptor. With `x` its child has it: no deadlock, but the child is named.
 */
#include "hang.h"

#include <fcntl.h>
#include <sys/file.h>

int main(int argc, char **argv)
{
	int taken = open(argv[1], O_RDWR | O_CREAT, 0600);
	int wanted = open(argv[1], O_RDWR);
	int ends[2];
	char byte;

	if (argc > 2 && pipe(ends) == 0 && fork() == 0) {
		end_with_parent();
		flock(taken, LOCK_EX);
		close(ends[0]);
		byte = write(ends[1], "x", 1) == 1;
		for (;;)
			pause();
	}
	if (argc > 2)
		byte = read(ends[0], &byte, 1) == 1;
	else
		flock(taken, LOCK_EX);
	if (argc > 2)
		close(taken);
	announce();
	flock(wanted, LOCK_EX);
	return 0;
}
