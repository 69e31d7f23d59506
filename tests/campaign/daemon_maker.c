/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing, and no process left behind: it leaves a child in a session of its own. With
 * an argument it never ends itself: then a hang.
 */
#include <unistd.h>

int main(int argc, char **argv)
{
	pid_t pid = fork();

	(void)argv;
	if (pid < 0)
		return 1;
	if (pid == 0) {
		setsid();
		for (;;)
			pause();
	}
	for (volatile int i = 0; argc > 1; i++)
		;
	return 0;
}
