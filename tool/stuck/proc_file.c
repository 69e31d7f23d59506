/* SPDX-License-Identifier: Apache-2.0 */
/* Reading /proc; see proc_file.h. */
#include "tool/stuck/proc_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_SIZE 4096
#define KERNEL_THREAD_FLAG 0x00200000 /* PF_KTHREAD */
#define FORKED_FLAG 0x00000040	      /* PF_FORKNOEXEC */

int proc_read(const char *path, char **ret_text, size_t *ret_len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t size = FIRST_SIZE, len = 0;
	char *text = NULL;
	ssize_t got = 1;
	int r = fd < 0 ? -errno : 0;

	while (r == 0 && got != 0) {
		char *grown = !text || len + 1 >= size ? realloc(text, size *= 2) : text;

		if (!grown) {
			r = -ENOMEM;
			break;
		}
		text = grown;
		got = read(fd, text + len, size - len - 1);
		if (got < 0)
			r = -errno;
		else
			len += (size_t)got;
	}
	if (fd >= 0)
		close(fd);
	if (r < 0) {
		free(text);
		return r;
	}
	text[len] = '\0';
	*ret_text = text;
	if (ret_len)
		*ret_len = len;
	return 0;
}

/* "123 (any name) S 1 ...": the name ends with the last parenthesis. */
int proc_parse_stat(const char *text, struct proc_stat *ret_stat)
{
	const char *begin = strchr(text, '(');
	const char *end = strrchr(text, ')');
	unsigned int flags;
	int parent;
	char state;

	if (!begin || !end || end < begin ||
		sscanf(end + 1, " %c %d %*d %*d %*d %*d %u", &state, &parent, &flags) != 3)
		return -EINVAL;
	*ret_stat = (struct proc_stat){
		.state = state,
		.parent = parent,
		.is_kernel_thread = flags & KERNEL_THREAD_FLAG,
		.is_forked = flags & FORKED_FLAG,
	};
	snprintf(ret_stat->name, sizeof(ret_stat->name), "%.*s", (int)(end - begin - 1),
		begin + 1);
	return 0;
}

int proc_read_stat(const char *path, struct proc_stat *ret_stat)
{
	char *text;
	int r = proc_read(path, &text, NULL);

	if (r < 0)
		return r;
	r = proc_parse_stat(text, ret_stat);
	free(text);
	return r;
}

const char *proc_field(const char *text, const char *name)
{
	size_t len = strlen(name);

	while (text && *text) {
		const char *newline = strchr(text, '\n');

		if (strncmp(text, name, len) == 0 && text[len] == ':')
			return text + len + 1;
		text = newline ? newline + 1 : NULL;
	}
	return NULL;
}

pid_t proc_next_number(void *folder)
{
	const struct dirent *entry;

	while ((entry = readdir(folder))) {
		char *end;
		long number = strtol(entry->d_name, &end, 10);

		if (*end == '\0' && number > 0 && number <= INT_MAX)
			return (pid_t)number;
	}
	return 0;
}
