/* SPDX-License-Identifier: Apache-2.0 */
/* Running a helper program (the loader, a compiler, gdb) to read what it prints. */
#ifndef WEFT_TOOL_LAUNCH_CAPTURE_H
#define WEFT_TOOL_LAUNCH_CAPTURE_H

#include <stddef.h>

struct capture {
	char *out;	 /* what it wrote to stdout, ended by a zero byte */
	char *err;	 /* and to stderr */
	int wait_status; /* as waitpid(2) gives it */
};

/*
 * Runs argv (ends with NULL; argv[0] is looked up in PATH), in the C locale, with nothing to
 * read, and waits for its end. Output beyond a megabyte is left out. Returns 0 with `ret`
 * filled, to be released, or a negative errno if it can't be started: -ENOENT if there is no
 * such program.
 */
int capture_run(const char *const *argv, const char *setting, struct capture *ret);

void capture_release(struct capture *capture);

/* True if it ended by exit(0). */
int capture_succeeded(const struct capture *capture);

#endif
