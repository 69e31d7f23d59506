/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which processes of this machine hold which pipes and sockets, from /proc/PID/fd. Processes of
 * other users cannot be looked into without privileges: what they hold is not known.
 */
#ifndef WEFT_TOOL_STUCK_HOLDERS_H
#define WEFT_TOOL_STUCK_HOLDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct holder {
	uint64_t inode;
	pid_t pid;
	int fd;
	bool is_socket;
	bool can_read;
	bool can_write;
};

struct holders {
	struct holder *items;
	size_t count;
	size_t capacity;
	bool is_incomplete;   /* some processes could not be looked into */
	bool has_children;    /* the process of interest has */
	bool hides_relatives; /* one that could not be looked into is a descendant of it */
};

/* Looks at all processes; `pid` is the one of interest. Returns 0 or -ENOMEM. */
int holders_load(struct holders *holders, pid_t pid);
void holders_release(struct holders *holders);

/* The name of a process as ps shows it, or "?". */
void holder_name(pid_t pid, char *name, size_t size);

#endif
