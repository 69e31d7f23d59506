/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starts a program in its own session, without address randomisation and core dumps, with its
 * inherited descriptors at high numbers, where programs that count on low ones don't meet them.
 */
#ifndef WEFT_TOOL_LAUNCH_SPAWN_H
#define WEFT_TOOL_LAUNCH_SPAWN_H

#include <sys/types.h>

#include "tool/diag.h"

#define SPAWN_INHERIT_MAX 4

struct spawn_spec {
	const char *program;
	char *const *argv;
	char *const *environment;
	int stdin_fd; /* -1: the tool's own; the same for the next two */
	int stdout_fd;
	int stderr_fd;
	int inherited[SPAWN_INHERIT_MAX]; /* they get the numbers from first_fd on; -1: none */
	int first_fd;			  /* see spawn_first_fd */
};

/* The lowest number for inherited descriptors, under the limit this process has. */
int spawn_first_fd(void);

/*
 * Starts the program; it is killed when the calling process ends. Returns 0 with its pid, or a
 * negative errno with `diag` filled, also for what execve says.
 */
int spawn(const struct spawn_spec *spec, pid_t *ret_pid, struct diag *diag);

#endif
