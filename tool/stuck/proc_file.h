/* SPDX-License-Identifier: Apache-2.0 */
/* The files of /proc, as text: they have no size, and may vanish with their process. */
#ifndef WEFT_TOOL_STUCK_PROC_FILE_H
#define WEFT_TOOL_STUCK_PROC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What /proc/PID/stat says of a process or thread. */
struct proc_stat {
	char name[32];
	char state;
	pid_t parent;
	bool is_kernel_thread;
	bool is_forked; /* and has not called exec since */
};

/*
 * The whole file, zero-terminated, in memory that the caller frees. Returns 0, or a negative
 * errno.
 */
int proc_read(const char *path, char **ret_text, size_t *ret_len);

/* `text` as in /proc/PID/stat; names may hold anything. Returns 0 or -EINVAL. */
int proc_parse_stat(const char *text, struct proc_stat *ret_stat);

int proc_read_stat(const char *path, struct proc_stat *ret_stat);

/* What follows `name` and its colon in a file like /proc/PID/status; NULL: no such line. */
const char *proc_field(const char *text, const char *name);

/* The next entry of a folder that is a number above 0; 0: there are no more. `folder`: a DIR.
 */
pid_t proc_next_number(void *folder);

#endif
