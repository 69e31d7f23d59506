/* SPDX-License-Identifier: Apache-2.0 */
/* Seizing, stopping and letting go by ptrace; see tracer.h. */
#include "tool/stuck/tracer.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>

#include "tool/stuck/memory_copy.h"
#include "tool/stuck/proc_file.h"

#define PATH_SIZE 64
#define NS_PER_SECOND 1000000000ull

/* A thread that does not stop within this is busy in the kernel: it is let go unseen. */
#define STOP_LIMIT_NS 300000000ull
#define STOP_POLL_NS 50000

/* What a system call returns inside the kernel when it is to be taken up again. */
#define RESTART_NO_HANDLER 514

/* How far a thread has got; parallel to the threads of the snapshot. */
enum trace_step {
	TRACE_LEFT_ALONE, /* never seized */
	TRACE_SEIZED,	  /* asked to stop */
	TRACE_STOPPED,
	TRACE_GONE, /* it ended, or was let go */
};

struct traced {
	enum trace_step step;
	int signal; /* that it was about to get: handed on when it is let go */
};

struct tracer {
	struct stuck_snapshot *snapshot;
	struct traced *traced;
	struct diag *diag;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static int refuse(const struct tracer *tracer)
{
	pid_t pid = tracer->snapshot->pid;
	char *scope = NULL;
	bool by_yama = proc_read("/proc/sys/kernel/yama/ptrace_scope", &scope, NULL) == 0 &&
		       scope[0] > '0';

	free(scope);
	if (by_yama)
		return diag_set(tracer->diag, -EPERM,
			"not permitted to look into process %d: run weft as root, or allow it "
			"for your own processes by 'sysctl kernel.yama.ptrace_scope=0'",
			pid);
	return diag_set(tracer->diag, -EPERM,
		"not permitted to look into process %d: run weft as its user or as root, in a "
		"container with the capability SYS_PTRACE",
		pid);
}

static struct stuck_thread *add_thread(struct tracer *tracer, pid_t tid)
{
	size_t count = tracer->snapshot->thread_count;
	struct traced *traced =
		reallocarray(tracer->traced, count + 1, sizeof(*tracer->traced));
	struct stuck_thread *thread;

	if (!traced)
		return NULL;
	tracer->traced = traced;
	traced[count] = (struct traced){ .step = TRACE_LEFT_ALONE };
	thread = snapshot_add_thread(tracer->snapshot);
	if (thread)
		thread->tid = thread->inner_tid = tid;
	return thread;
}

static bool is_known(const struct stuck_snapshot *snapshot, pid_t tid)
{
	for (size_t i = 0; i < snapshot->thread_count; i++)
		if (snapshot->threads[i].tid == tid)
			return true;
	return false;
}

/*
 * Asks one thread to stop. One that sleeps uninterruptibly would stop only later, when it is no
 * longer expected to: it is left alone.
 */
static int seize_thread(struct tracer *tracer, pid_t tid)
{
	struct stuck_thread *thread;
	struct proc_stat stat;
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", tracer->snapshot->pid, tid);
	if (proc_read_stat(path, &stat) < 0)
		return 0;
	thread = add_thread(tracer, tid);
	if (!thread)
		return diag_set(tracer->diag, -ENOMEM, "no memory for the threads");
	memcpy(thread->name, stat.name, sizeof(thread->name));
	thread->state = stat.state;
	if (strchr("ZXD", stat.state))
		return 0;
	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) == 0) {
		tracer->traced[tracer->snapshot->thread_count - 1].step = TRACE_SEIZED;
		ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
		return 0;
	}
	/* A helper of the kernel's own among the threads (io_uring) is nobody's to stop. */
	if (errno == EPERM && tracer->snapshot->thread_count == 1)
		return refuse(tracer);
	return 0;
}

/* Seizes threads that are not known yet; *ret_count: how many there were. */
static int seize_new(struct tracer *tracer, size_t *ret_count)
{
	char path[PATH_SIZE];
	size_t before = tracer->snapshot->thread_count;
	DIR *tasks;
	pid_t tid;
	int r = 0;

	snprintf(path, sizeof(path), "/proc/%d/task", tracer->snapshot->pid);
	tasks = opendir(path);
	while (tasks && r == 0 && (tid = proc_next_number(tasks)) != 0)
		if (!is_known(tracer->snapshot, tid))
			r = seize_thread(tracer, tid);
	if (tasks)
		closedir(tasks);
	*ret_count = tracer->snapshot->thread_count - before;
	return r;
}

/* Has the thread stopped, or gone? */
static void poll_thread(struct tracer *tracer, size_t i)
{
	struct traced *traced = &tracer->traced[i];
	int status;
	pid_t tid = waitpid(tracer->snapshot->threads[i].tid, &status, __WALL | WNOHANG);

	if (tid == 0)
		return;
	if (tid < 0 || !WIFSTOPPED(status)) {
		traced->step = TRACE_GONE;
		return;
	}
	traced->step = TRACE_STOPPED;
	/* A signal came first: the thread stopped before taking it. */
	if (status >> 16 == 0)
		traced->signal = WSTOPSIG(status);
}

/* One after the other, since most have stopped by the time that the first has. */
static void wait_for_stops(struct tracer *tracer, uint64_t deadline_ns)
{
	static const struct timespec pause = { .tv_nsec = STOP_POLL_NS };

	for (size_t i = 0; i < tracer->snapshot->thread_count; i++) {
		if (tracer->traced[i].step == TRACE_SEIZED)
			poll_thread(tracer, i);
		while (tracer->traced[i].step == TRACE_SEIZED && now_ns() < deadline_ns) {
			nanosleep(&pause, NULL);
			poll_thread(tracer, i);
		}
	}
}

/* New threads come as long as one of the old ones runs. */
static int stop_all(struct tracer *tracer)
{
	uint64_t deadline_ns = now_ns() + STOP_LIMIT_NS;
	size_t found;
	int r;

	do {
		r = seize_new(tracer, &found);
		if (r < 0)
			return r;
		wait_for_stops(tracer, deadline_ns);
	} while (found && now_ns() < deadline_ns);
	return 0;
}

static int read_registers(struct tracer *tracer, size_t i)
{
	struct stuck_thread *thread = &tracer->snapshot->threads[i];
	struct iovec part = { &thread->registers, sizeof(thread->registers) };

	if (ptrace(PTRACE_GETREGSET, thread->tid, NT_PRSTATUS, &part) < 0) {
		tracer->traced[i].step = TRACE_GONE;
		return 0;
	}
	if (part.iov_len != sizeof(thread->registers))
		return diag_set(tracer->diag, -ENOTSUP,
			"process %d is a 32-bit program: weft reads x86-64 only",
			tracer->snapshot->pid);
	thread->has_registers = true;
	if (tracer->snapshot->reader_tid == 0)
		tracer->snapshot->reader_tid = thread->tid;
	return 0;
}

static int copy_all(struct tracer *tracer)
{
	struct stuck_snapshot *snapshot = tracer->snapshot;
	char path[PATH_SIZE];
	int r;

	for (size_t i = 0; i < snapshot->thread_count; i++) {
		r = tracer->traced[i].step == TRACE_STOPPED ? read_registers(tracer, i) : 0;
		if (r < 0)
			return r;
	}
	if (snapshot->reader_tid == 0)
		return diag_set(tracer->diag, -ESRCH,
			"process %d ended, or does not stop, while weft looked at it",
			snapshot->pid);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", snapshot->pid,
		snapshot->reader_tid);
	r = proc_read(path, &snapshot->maps, &snapshot->maps_len);
	if (r == 0)
		r = snapshot_parse_maps(snapshot);
	if (r == 0)
		r = memory_copy(snapshot);
	if (r < 0)
		return diag_set(tracer->diag, r, "cannot read the memory of process %d: %s",
			snapshot->pid, strerror(-r));
	return 0;
}

/*
 * System calls that the kernel does not take up again by itself after a stop, but fails with
 * EINTR. Each may be begun anew, since it had done nothing yet.
 */
static bool is_beginnable(uint64_t number)
{
	static const uint16_t numbers[] = { SYS_epoll_wait, SYS_epoll_pwait, SYS_epoll_pwait2,
		SYS_semop, SYS_semtimedop, SYS_rt_sigtimedwait, SYS_io_getevents,
		SYS_io_pgetevents, SYS_io_uring_enter, SYS_read, SYS_readv, SYS_write,
		SYS_writev, SYS_recvfrom, SYS_recvmsg, SYS_recvmmsg, SYS_sendto, SYS_sendmsg,
		SYS_sendmmsg, SYS_accept, SYS_accept4, SYS_connect };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (number == numbers[i])
			return true;
	return false;
}

/*
 * Turns the EINTR that only the stop has caused into the kernel's own mark for "take it up
 * again unless a handler runs first". The wait begins anew with its whole timeout.
 */
static void undo_interruption(const struct stuck_thread *thread)
{
	struct user_regs_struct registers = thread->registers;
	struct iovec part = { &registers, sizeof(registers) };

	if (thread->state != 'S' || (int64_t)registers.rax != -EINTR ||
		!is_beginnable(registers.orig_rax))
		return;
	registers.rax = (unsigned long long)-RESTART_NO_HANDLER;
	ptrace(PTRACE_SETREGSET, thread->tid, NT_PRSTATUS, &part);
}

/*
 * A thread that stops only after all has been seen, since it was busy in the kernel, goes on at
 * once. Of threads there are no other events; weft's own children end in peace.
 */
static void on_late_stop(int signal)
{
	int saved_errno = errno;
	siginfo_t info;

	(void)signal;
	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WSTOPPED | WNOHANG | __WALL) < 0 || !info.si_pid)
			break;
		ptrace(PTRACE_DETACH, info.si_pid, NULL,
			info.si_status >> 8 ? 0L : (long)(info.si_status & 0x7f));
	}
	errno = saved_errno;
}

static void expect_late_stops(void)
{
	const struct sigaction action = { .sa_handler = on_late_stop, .sa_flags = SA_RESTART };

	sigaction(SIGCHLD, &action, NULL);
	/* Those that have stopped since they were last looked at. */
	on_late_stop(SIGCHLD);
}

static void let_go(struct tracer *tracer)
{
	bool late = false;

	for (size_t i = 0; i < tracer->snapshot->thread_count; i++) {
		const struct stuck_thread *thread = &tracer->snapshot->threads[i];
		struct traced *traced = &tracer->traced[i];

		late |= traced->step == TRACE_SEIZED;
		if (traced->step != TRACE_STOPPED)
			continue;
		if (thread->has_registers)
			undo_interruption(thread);
		ptrace(PTRACE_DETACH, thread->tid, NULL, (long)traced->signal);
		traced->step = TRACE_GONE;
	}
	if (late)
		expect_late_stops();
}

int tracer_capture(struct stuck_snapshot *snapshot, struct diag *diag)
{
	struct tracer tracer = { .snapshot = snapshot, .diag = diag };
	uint64_t begin_ns = now_ns();
	int r = stop_all(&tracer);

	if (r == 0)
		r = copy_all(&tracer);
	let_go(&tracer);
	snapshot->stopped_ns = now_ns() - begin_ns;
	free(tracer.traced);
	return r;
}
