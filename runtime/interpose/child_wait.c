/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for child processes; see child_wait.h. Process numbers are the kernel's and differ
 * from one execution to the next: they never reach a decision or the hash.
 */
#include "runtime/interpose/child_wait.h"

#include <poll.h>
#include <sys/wait.h>

#include "runtime/engine/children.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/io.h"

/* Which children are meant, and all that wait4(2) and waitid(2) know. */
#define CHOICE_OPTIONS (__WALL | __WCLONE | __WNOTHREAD)
#define KNOWN_OPTIONS (CHOICE_OPTIONS | WNOHANG | WEXITED | WSTOPPED | WCONTINUED | WNOWAIT)

struct child_call {
	struct object *object;
	idtype_t type;
	id_t id;
	int options;
	int pidfd; /* -1: not opened */
};

static void call_end(const struct child_call *call)
{
	if (call->pidfd >= 0)
		raw_syscall(SYS_close, call->pidfd);
}

/* Waits for a sign of the child: its end by a pidfd, anything else by trying again. */
static int wait_for_sign(struct thread *self, struct child_call *call)
{
	struct external_fd fd = { .events = POLLIN, .accepted = POLLIN };
	struct external_wait wait = { .retry = true, .reach = REACH_OUTSIDE };

	if (call->pidfd < 0 && call->type == P_PID &&
		!(call->options & (WSTOPPED | WCONTINUED)))
		call->pidfd = (int)raw_syscall(SYS_pidfd_open, call->id, 0);
	if (call->pidfd >= 0) {
		fd.fd = call->pidfd;
		wait.fds = &fd;
		wait.fd_count = 1;
		wait.retry = false;
	}
	self->wait.interruptible = true;
	if (external_wait(self, call->object, &wait, DEADLINE_NEVER) != WAIT_INTERRUPTED)
		return 0;
	/* A cancellation does not come back to give the descriptor up. */
	if (cancel_due(self))
		call_end(call);
	return cancel_interrupted(self) ? -EINTR : 0;
}

/*
 * A call that waits does so until nobody else can run, even when the child has ended already:
 * when it did is up to the kernel, and an execution must not depend on it.
 */
static bool can_wait(const struct child_call *call)
{
	if (call->options & (WNOHANG | ~KNOWN_OPTIONS))
		return false;
	return raw_syscall(SYS_waitid, call->type, call->id, NULL,
		       WEXITED | WNOHANG | WNOWAIT | (call->options & CHOICE_OPTIONS), 0) == 0;
}

static void call_begin(struct thread *self, struct child_call *call)
{
	uint64_t address = call->type == P_PID ? (uint64_t)call->id : 0;

	call->pidfd = -1;
	call->object = object_get(&runtime.core, address, WIRE_OBJECT_CHILD);
	cancel_point(self);
	sched_point(self, OP_PROCESS_WAIT, call->object);
}

long child_wait(
	struct thread *self, pid_t pid, int *ret_status, int options, struct rusage *usage)
{
	struct child_call call = { .type = P_ALL, .options = options };
	int status = 0;
	long result;

	if (pid > 0) {
		call.type = P_PID;
		call.id = (id_t)pid;
	} else if (pid != -1) {
		call.type = P_PGID;
		call.id = (id_t)-pid;
	}
	call_begin(self, &call);
	do {
		result = can_wait(&call) ? wait_for_sign(self, &call) : 0;
		if (result == 0)
			result = raw_syscall(SYS_wait4, pid, &status, options | WNOHANG, usage);
	} while (result == 0 && !(options & WNOHANG));
	call_end(&call);
	if (result > 0 && !WIFSTOPPED(status) && !WIFCONTINUED(status))
		children_reaped((int)result);
	if (result > 0 && ret_status)
		*ret_status = status;
	return result;
}

/* As io_return(), but a process number counts only as "one". */
static pid_t child_return(struct thread *self, long result)
{
	if (result == 0)
		core_unchanged(self);
	core_result(&runtime.core, self, result > 0 ? 1 : (int32_t)result);
	runtime_leave(self);
	if (!raw_failed(result))
		return (pid_t)result;
	errno = (int)-result;
	return -1;
}

WEFT_HOOK pid_t waitpid(pid_t pid, int *ret_status, int options)
{
	struct thread *self = runtime_enter(HOOK_waitpid);

	if (!self)
		return REAL(waitpid)(pid, ret_status, options);
	return child_return(self, child_wait(self, pid, ret_status, options, NULL));
}

WEFT_HOOK pid_t __waitpid(pid_t, int *, int) HOOK_ALIAS(waitpid);

WEFT_HOOK pid_t wait(int *ret_status)
{
	struct thread *self = runtime_enter(HOOK_wait);

	if (!self)
		return REAL(wait)(ret_status);
	return child_return(self, child_wait(self, -1, ret_status, 0, NULL));
}

WEFT_HOOK pid_t wait3(int *ret_status, int options, struct rusage *usage)
{
	struct thread *self = runtime_enter(HOOK_wait3);

	if (!self)
		return REAL(wait3)(ret_status, options, usage);
	return child_return(self, child_wait(self, -1, ret_status, options, usage));
}

WEFT_HOOK pid_t wait4(pid_t pid, int *ret_status, int options, struct rusage *usage)
{
	struct thread *self = runtime_enter(HOOK_wait4);

	if (!self)
		return REAL(wait4)(pid, ret_status, options, usage);
	return child_return(self, child_wait(self, pid, ret_status, options, usage));
}

static long waitid_run(struct thread *self, struct child_call *call, siginfo_t *info)
{
	long result;

	call_begin(self, call);
	do {
		info->si_pid = 0;
		result = can_wait(call) ? wait_for_sign(self, call) : 0;
		if (result == 0)
			result = raw_syscall(SYS_waitid, call->type, call->id, info,
				call->options | WNOHANG, 0);
	} while (result == 0 && !info->si_pid && !(call->options & WNOHANG));
	call_end(call);
	if (result == 0 && info->si_pid && !(call->options & WNOWAIT) &&
		(info->si_code == CLD_EXITED || info->si_code == CLD_KILLED ||
			info->si_code == CLD_DUMPED))
		children_reaped(info->si_pid);
	return result;
}

WEFT_HOOK int waitid(idtype_t type, id_t id, siginfo_t *ret_info, int options)
{
	struct thread *self = runtime_enter(HOOK_waitid);
	struct child_call call = { .type = type, .id = id, .options = options };
	siginfo_t own;

	if (!self)
		return REAL(waitid)(type, id, ret_info, options);
	return (int)io_return(self, waitid_run(self, &call, ret_info ? ret_info : &own));
}
