/* SPDX-License-Identifier: Apache-2.0 */
/* Reading /proc; see process.h. */
#include "tool/launch/process.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define CHILDREN_PATH "/proc/thread-self/children"

static bool adopting;

pid_t process_parent(pid_t pid)
{
	char path[40];
	char text[256];
	int parent = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);

	FILE *file = fopen(path, "re");

	if (!file)
		return 0;

	size_t text_len = fread(text, 1, sizeof(text) - 1, file);

	fclose(file);
	text[text_len] = '\0';

	/* "PID (name) state parent ...": the name may itself hold parentheses. */
	const char *end = strrchr(text, ')');

	if (!end || sscanf(end, ") %*c %d", &parent) != 1)
		return 0;
	return parent;
}

/* Sends the signal (0: none) to all children; returns how many there are. */
static int signal_children(int number)
{
	FILE *file = fopen(CHILDREN_PATH, "re");
	int count = 0;
	int pid;

	if (!file)
		return 0;
	while (fscanf(file, "%d", &pid) == 1) {
		kill(pid, number);
		count++;
	}
	fclose(file);
	return count;
}

void process_adopt_orphans(void)
{
	adopting = signal_children(0) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void process_end_orphans(void)
{
	/* One that is killed may leave children of its own: until there are none. */
	while (adopting && signal_children(SIGKILL) > 0)
		if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD)
			return;
}
