/* SPDX-License-Identifier: Apache-2.0 */
/* Reading /proc/PID/stat; see process.h. */
#include "tool/launch/process.h"

#include <stdio.h>
#include <string.h>

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
