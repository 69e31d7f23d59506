/* SPDX-License-Identifier: Apache-2.0 */
/*
 * New processes by fork. A child goes on under a schedule of its own, with the forking thread
 * alone, and reports nothing. The program's own pthread_atfork() handlers run as program code,
 * and ours before them, also for forks that libc makes without calling these hooks (daemon,
 * forkpty).
 */
#include "runtime/engine/children.h"
#include "runtime/engine/forked.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/stream.h"

/* What pthread_atfork() is made of; glibc 2.3.2 and later. */
extern int __register_atfork(
	void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso);

static bool in_hook; /* the parent's hook will tell the child's number itself */

static void in_parent(void)
{
	struct thread *self = runtime_self;

	if (!self || in_hook)
		return;
	runtime_self = NULL;
	children_born(CHILD_NUMBER_UNKNOWN);
	runtime_self = self;
}

static void in_child(void)
{
	struct thread *self = runtime_self;

	if (!runtime.region || runtime.forked)
		return;
	runtime_self = NULL;
	runtime_forked(self);
	if (self)
		stream_forked(self);
	runtime_self = self;
}

__attribute__((constructor)) static void handlers_register(void)
{
	__register_atfork(NULL, in_parent, in_child, NULL);
}

static pid_t fork_by(struct thread *self, pid_t (*real)(void))
{
	pid_t pid;

	sched_point(self, OP_PROCESS_FORK, NULL);
	in_hook = true;
	runtime_leave(self);
	pid = real();
	in_hook = false;
	if (pid > 0)
		children_born(pid);
	else if (pid == 0)
		in_child();
	return pid;
}

WEFT_HOOK pid_t fork(void)
{
	struct thread *self = runtime_enter(HOOK_fork);

	return self ? fork_by(self, REAL(fork)) : REAL(fork)();
}

WEFT_HOOK pid_t __fork(void) HOOK_ALIAS(fork);

WEFT_HOOK pid_t _Fork(void)
{
	struct thread *self = runtime_enter(HOOK__Fork);

	return self ? fork_by(self, REAL(_Fork)) : REAL(_Fork)();
}

/* A child that shares its parent's memory would share its schedule, too: it gets a copy. */
WEFT_HOOK pid_t vfork(void)
{
	struct thread *self = runtime_enter(HOOK_vfork);

	return self ? fork_by(self, REAL(fork)) : REAL(fork)();
}

WEFT_HOOK pid_t __vfork(void) HOOK_ALIAS(vfork);
