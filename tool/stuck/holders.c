/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over all processes' descriptors; see holders.h. */
#include "tool/stuck/holders.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/stuck/proc_file.h"

#define PATH_SIZE 64
#define LINK_SIZE 64
#define GENERATIONS_MAX 64
#define FIRST_CAPACITY 64

static int add_holder(struct holders *holders, const struct holder *holder)
{
	if (holders->count == holders->capacity) {
		size_t wanted = holders->capacity ? holders->capacity * 2 : FIRST_CAPACITY;
		struct holder *grown =
			reallocarray(holders->items, wanted, sizeof(*holders->items));

		if (!grown)
			return -ENOMEM;
		holders->items = grown;
		holders->capacity = wanted;
	}
	holders->items[holders->count++] = *holder;
	return 0;
}

static int look_at_descriptor(struct holders *holders, pid_t pid, int fd)
{
	struct holder holder = { .pid = pid, .fd = fd };
	unsigned long long inode;
	char path[PATH_SIZE];
	char link[LINK_SIZE];
	struct stat status;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, fd);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < 0)
		return 0;
	link[len] = '\0';
	if (sscanf(link, "socket:[%llu]", &inode) == 1)
		holder.is_socket = true;
	else if (sscanf(link, "pipe:[%llu]", &inode) != 1)
		return 0;
	holder.inode = inode;
	/* The link's permissions are how the descriptor was opened. */
	if (lstat(path, &status) == 0) {
		holder.can_read = status.st_mode & S_IRUSR;
		holder.can_write = status.st_mode & S_IWUSR;
	}
	return add_holder(holders, &holder);
}

static pid_t parent_of(pid_t pid)
{
	struct proc_stat stat;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return proc_read_stat(path, &stat) == 0 ? stat.parent : 0;
}

static bool descends_from(pid_t pid, pid_t ancestor)
{
	for (int i = 0; i < GENERATIONS_MAX && pid > 0; i++) {
		pid = parent_of(pid);
		if (pid == ancestor)
			return true;
	}
	return false;
}

/* Descriptor 0 is the one number that proc_next_number() does not give. */
static int look_at_process(struct holders *holders, pid_t pid, pid_t of_interest)
{
	char path[PATH_SIZE];
	DIR *folder;
	pid_t fd;
	int r;

	holders->has_children |= pid != of_interest && parent_of(pid) == of_interest;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	folder = opendir(path);
	if (!folder) {
		if (errno != ENOENT && errno != ESRCH) {
			holders->is_incomplete = true;
			holders->hides_relatives |= descends_from(pid, of_interest);
		}
		return 0;
	}
	r = look_at_descriptor(holders, pid, 0);
	while (r == 0 && (fd = proc_next_number(folder)) != 0)
		r = look_at_descriptor(holders, pid, fd);
	closedir(folder);
	return r;
}

int holders_load(struct holders *holders, pid_t pid)
{
	DIR *processes = opendir("/proc");
	pid_t other;
	int r = 0;

	*holders = (struct holders){ .is_incomplete = !processes };
	while (processes && r == 0 && (other = proc_next_number(processes)) != 0)
		r = look_at_process(holders, other, pid);
	if (processes)
		closedir(processes);
	return r;
}

void holders_release(struct holders *holders)
{
	free(holders->items);
	*holders = (struct holders){ 0 };
}

void holder_name(pid_t pid, char *name, size_t size)
{
	struct proc_stat stat;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	snprintf(name, size, "%s", proc_read_stat(path, &stat) == 0 ? stat.name : "?");
}
