/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing, and no process left behind: it leaves a child in a session of its own. With
 * an argument it never ends itself: then a hang. A second one is the number of a descriptor
 * that gets one byte when the child is there.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t pid = fork();

	if (pid < 0)
		return 1;
	if (pid == 0) {
		setsid();
		if (argc > 2 && write(atoi(argv[2]), "x", 1) != 1)
			return 1;
		for (;;)
			pause();
	}
	for (volatile int i = 0; argc > 1; i++)
		;
	return 0;
}
