/* SPDX-License-Identifier: Apache-2.0 */
/* The child processes of the program; see children.h. */
#include "runtime/engine/children.h"

#include <errno.h>
#include <stddef.h>
#include <sys/wait.h>

#include "runtime/engine/runtime.h"
#include "runtime/sys/raw.h"

/* With more children than this at once, those that can't be listed count as running. */
#define CHILDREN_MAX 256u

static int children[CHILDREN_MAX];
static unsigned int child_count;
static bool unlisted;

static bool is_running(int pid)
{
	siginfo_t info = { .si_pid = 0 };
	long result =
		raw_syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT, 0);

	return result == 0 && info.si_pid == 0;
}

static bool has_any(void)
{
	siginfo_t info;

	return raw_syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT, 0) !=
	       -ECHILD;
}

/* Makes room by forgetting those that have ended. */
static void sweep(void)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < child_count; i++)
		if (is_running(children[i]))
			children[kept++] = children[i];
	child_count = kept;
}

void children_born(int pid)
{
	runtime.core.result->limits |= WIRE_LIMIT_FORKED;
	if (child_count == CHILDREN_MAX)
		sweep();
	if (pid == CHILD_NUMBER_UNKNOWN || child_count == CHILDREN_MAX)
		unlisted = true;
	else
		children[child_count++] = pid;
}

void children_reaped(int pid)
{
	for (unsigned int i = 0; i < child_count; i++)
		if (children[i] == pid)
			children[i] = children[--child_count];
}

bool children_any(void)
{
	return child_count || unlisted;
}

bool children_alive(void)
{
	for (unsigned int i = 0; i < child_count; i++)
		if (is_running(children[i]))
			return true;
	if (unlisted)
		unlisted = has_any();
	return unlisted;
}

void children_forget(void)
{
	child_count = 0;
	unlisted = false;
}
