/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: hang in every execution: a loop without any operation that weft could see. An
 * argument is the number of a descriptor that gets one byte before, unless it is -1. With a
 * second one, the name of a file, only the execution that makes the file is endless.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 2 && open(argv[2], O_CREAT | O_EXCL, 0600) < 0)
		return 0;
	if (argc > 1 && atoi(argv[1]) >= 0 && write(atoi(argv[1]), "x", 1) != 1)
		return 1;
	for (volatile int i = 0;; i++)
		;
}
