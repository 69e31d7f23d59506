/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: hang in every execution: a loop without any operation that weft could see. An
 * argument is the number of a descriptor that gets one byte before.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc > 1 && write(atoi(argv[1]), "x", 1) != 1)
		return 1;
	for (volatile int i = 0;; i++)
		;
}
