/* SPDX-License-Identifier: Apache-2.0 */
/* System calls and their timeouts; see call.h. */
#include "tool/stuck/call.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>

#define NS_PER_SECOND 1000000000ll
#define NS_PER_MS 1000000ll
#define NS_PER_US 1000ll
#define SECONDS_MAX (INT64_MAX / NS_PER_SECOND)

/* What calls return inside the kernel when they are to be taken up again after a stop. */
#define RESTART_FIRST 512
#define RESTART_LAST 516

/* "mov $number, %eax" and "syscall". */
#define MOV_EAX 0xb8
#define MOV_LENGTH 5
#define SYSCALL_LENGTH 2
#define CODE_BEFORE 24

#define NO_TIMEOUT (-1)

/* How a timeout is given. */
enum timeout_form {
	FORM_NONE,
	FORM_TIMESPEC,
	FORM_TIMEVAL,
	FORM_MS,    /* an int; negative: none */
	FORM_FUTEX, /* a timespec; absolute for most operations */
	FORM_CLOCK, /* clock_nanosleep's */
	FORM_ABSOLUTE,
};

static const struct call_spec {
	uint16_t number;
	uint8_t kind;
	uint8_t form;
	uint8_t timeout; /* which argument */
	const char *name;
} specs[] = {
	{ SYS_futex, CALL_FUTEX, FORM_FUTEX, 3, "futex" },
	{ SYS_read, CALL_READ, FORM_NONE, 0, "read" },
	{ SYS_readv, CALL_READ, FORM_NONE, 0, "readv" },
	{ SYS_pread64, CALL_READ, FORM_NONE, 0, "pread" },
	{ SYS_recvfrom, CALL_READ, FORM_NONE, 0, "recvfrom" },
	{ SYS_recvmsg, CALL_READ, FORM_NONE, 0, "recvmsg" },
	{ SYS_recvmmsg, CALL_READ, FORM_TIMESPEC, 4, "recvmmsg" },
	{ SYS_write, CALL_WRITE, FORM_NONE, 0, "write" },
	{ SYS_writev, CALL_WRITE, FORM_NONE, 0, "writev" },
	{ SYS_sendto, CALL_WRITE, FORM_NONE, 0, "sendto" },
	{ SYS_sendmsg, CALL_WRITE, FORM_NONE, 0, "sendmsg" },
	{ SYS_sendmmsg, CALL_WRITE, FORM_NONE, 0, "sendmmsg" },
	{ SYS_accept, CALL_ACCEPT, FORM_NONE, 0, "accept" },
	{ SYS_accept4, CALL_ACCEPT, FORM_NONE, 0, "accept4" },
	{ SYS_connect, CALL_CONNECT, FORM_NONE, 0, "connect" },
	{ SYS_poll, CALL_POLL, FORM_MS, 2, "poll" },
	{ SYS_ppoll, CALL_POLL, FORM_TIMESPEC, 2, "ppoll" },
	{ SYS_select, CALL_SELECT, FORM_TIMEVAL, 4, "select" },
	{ SYS_pselect6, CALL_SELECT, FORM_TIMESPEC, 4, "pselect" },
	{ SYS_epoll_wait, CALL_EPOLL, FORM_MS, 3, "epoll_wait" },
	{ SYS_epoll_pwait, CALL_EPOLL, FORM_MS, 3, "epoll_pwait" },
	{ SYS_epoll_pwait2, CALL_EPOLL, FORM_TIMESPEC, 3, "epoll_pwait2" },
	{ SYS_flock, CALL_FLOCK, FORM_NONE, 0, "flock" },
	{ SYS_fcntl, CALL_FCNTL, FORM_NONE, 0, "fcntl" },
	{ SYS_nanosleep, CALL_SLEEP, FORM_TIMESPEC, 0, "nanosleep" },
	{ SYS_clock_nanosleep, CALL_SLEEP, FORM_CLOCK, 2, "clock_nanosleep" },
	{ SYS_wait4, CALL_CHILD, FORM_NONE, 0, "wait4" },
	{ SYS_waitid, CALL_CHILD, FORM_NONE, 0, "waitid" },
	{ SYS_pause, CALL_SIGNAL, FORM_NONE, 0, "pause" },
	{ SYS_rt_sigsuspend, CALL_SIGNAL, FORM_NONE, 0, "sigsuspend" },
	{ SYS_rt_sigtimedwait, CALL_SIGNAL_WAIT, FORM_TIMESPEC, 2, "sigtimedwait" },
	{ SYS_semop, CALL_OTHER, FORM_NONE, 0, "semop" },
	{ SYS_semtimedop, CALL_OTHER, FORM_TIMESPEC, 3, "semtimedop" },
	{ SYS_msgsnd, CALL_OTHER, FORM_NONE, 0, "msgsnd" },
	{ SYS_msgrcv, CALL_OTHER, FORM_NONE, 0, "msgrcv" },
	{ SYS_mq_timedsend, CALL_OTHER, FORM_ABSOLUTE, 4, "mq_timedsend" },
	{ SYS_mq_timedreceive, CALL_OTHER, FORM_ABSOLUTE, 4, "mq_timedreceive" },
	{ SYS_io_getevents, CALL_OTHER, FORM_TIMESPEC, 4, "io_getevents" },
	{ SYS_io_uring_enter, CALL_OTHER, FORM_NONE, 0, "io_uring_enter" },
	{ SYS_open, CALL_OTHER, FORM_NONE, 0, "open" },
	{ SYS_openat, CALL_OTHER, FORM_NONE, 0, "openat" },
	{ SYS_splice, CALL_OTHER, FORM_NONE, 0, "splice" },
	{ SYS_sendfile, CALL_OTHER, FORM_NONE, 0, "sendfile" },
	{ SYS_ioctl, CALL_OTHER, FORM_NONE, 0, "ioctl" },
	{ SYS_getrandom, CALL_OTHER, FORM_NONE, 0, "getrandom" },
	{ SYS_vfork, CALL_OTHER, FORM_NONE, 0, "vfork" },
	{ SYS_futex_waitv, CALL_OTHER, FORM_ABSOLUTE, 3, "futex_waitv" },
};

static const struct call_spec *find_spec(uint64_t number)
{
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		if (specs[i].number == number)
			return &specs[i];
	return NULL;
}

/* A stop interrupts a call that waits; what it then returns says so. */
static bool was_waiting(const struct user_regs_struct *registers)
{
	int64_t result = (int64_t)registers->rax;

	if ((int64_t)registers->orig_rax < 0)
		return false;
	return result == -EINTR || (result <= -RESTART_FIRST && result >= -RESTART_LAST);
}

/* Which call it was before the kernel made it a restart_syscall: the code still says so. */
static uint64_t resumed_number(
	const struct stuck_snapshot *snapshot, const struct user_regs_struct *registers)
{
	uint8_t code[CODE_BEFORE];
	uint64_t end = registers->rip - SYSCALL_LENGTH;

	if (snapshot_read(snapshot, end - sizeof(code), code, sizeof(code)) < 0)
		return SYS_restart_syscall;
	for (size_t i = sizeof(code) - MOV_LENGTH + 1; i-- > 0;) {
		uint32_t number;

		memcpy(&number, code + i + 1, sizeof(number));
		if (code[i] == MOV_EAX &&
			(number == SYS_futex || number == SYS_poll || number == SYS_nanosleep ||
				number == SYS_clock_nanosleep))
			return number;
	}
	return SYS_restart_syscall;
}

struct stuck_call call_of(const struct stuck_snapshot *snapshot, size_t thread)
{
	const struct user_regs_struct *r = &snapshot->threads[thread].registers;
	struct stuck_call call = { .number = r->orig_rax,
		.arguments = { r->rdi, r->rsi, r->rdx, r->r10, r->r8, r->r9 } };
	const struct call_spec *spec;

	if (!snapshot->threads[thread].has_registers || !was_waiting(r))
		return (struct stuck_call){ .kind = CALL_NONE };
	if (call.number == SYS_restart_syscall) {
		call.is_resumed = true;
		call.number = resumed_number(snapshot, r);
	}
	spec = find_spec(call.number);
	call.kind = spec ? (enum call_kind)spec->kind : CALL_OTHER;
	call.name = spec ? spec->name : NULL;
	/* Of what fcntl does only waiting for a lock takes time. */
	if (call.kind == CALL_FCNTL && call.arguments[1] != F_SETLKW &&
		call.arguments[1] != F_OFD_SETLKW)
		call.kind = CALL_OTHER;
	return call;
}

/* ---- timeouts ---- */

static int64_t whole_ns(int64_t seconds, int64_t ns)
{
	return seconds < 0 || seconds >= SECONDS_MAX ? INT64_MAX : seconds * NS_PER_SECOND + ns;
}

/* What is left until a moment of a clock. A core file's moment has passed long ago. */
static enum call_timeout until(const struct stuck_snapshot *snapshot, int64_t moment_ns,
	clockid_t clock, int64_t *ret_ns)
{
	struct timespec now;
	int64_t left;

	if (snapshot->core || clock_gettime(clock, &now) < 0)
		return TIMEOUT_UNKNOWN;
	left = moment_ns - whole_ns(now.tv_sec, now.tv_nsec);
	*ret_ns = left > 0 ? left : 0;
	return TIMEOUT_REMAINING;
}

/* WAIT counts from when it was called, the others name a moment. */
static enum call_timeout futex_timeout(const struct stuck_snapshot *snapshot,
	const struct stuck_call *call, int64_t ns, int64_t *ret_ns)
{
	uint64_t operation = call->arguments[1];
	uint64_t command = operation & FUTEX_CMD_MASK;
	bool is_realtime = operation & FUTEX_CLOCK_REALTIME || command == FUTEX_LOCK_PI;

	if (command != FUTEX_WAIT)
		return until(
			snapshot, ns, is_realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC, ret_ns);
	*ret_ns = ns;
	return TIMEOUT_WHOLE;
}

static enum call_timeout ms_timeout(uint64_t argument, int64_t *ret_ns)
{
	int32_t ms = (int32_t)argument;

	if (ms < 0)
		return TIMEOUT_NEVER;
	*ret_ns = ms * NS_PER_MS;
	return TIMEOUT_WHOLE;
}

/*
 * The stop itself made the kernel write down what is left: select() and ppoll() always do, in
 * place of their timeout; a sleep does if the program wants to know.
 */
static bool has_left(
	const struct stuck_snapshot *snapshot, const struct stuck_call *call, int64_t *ret_ns)
{
	uint64_t address = call->arguments[call->number == SYS_nanosleep ? 1 : 3];
	int64_t parts[2];

	if (call->kind == CALL_SELECT || call->kind == CALL_POLL)
		return true;
	if (call->kind != CALL_SLEEP || address == 0 ||
		snapshot_read(snapshot, address, parts, sizeof(parts)) < 0)
		return false;
	*ret_ns = whole_ns(parts[0], parts[1]);
	return true;
}

static enum call_timeout pointed_timeout(const struct stuck_snapshot *snapshot,
	const struct stuck_call *call, const struct call_spec *spec, int64_t *ret_ns)
{
	uint64_t address = call->arguments[spec->timeout];
	int64_t parts[2];

	if (address == 0)
		return TIMEOUT_NEVER;
	if (snapshot_read(snapshot, address, parts, sizeof(parts)) < 0)
		return TIMEOUT_UNKNOWN;
	*ret_ns = whole_ns(
		parts[0], spec->form == FORM_TIMEVAL ? parts[1] * NS_PER_US : parts[1]);
	if (spec->form == FORM_FUTEX)
		return futex_timeout(snapshot, call, *ret_ns, ret_ns);
	if (spec->form == FORM_ABSOLUTE)
		return until(snapshot, *ret_ns, CLOCK_REALTIME, ret_ns);
	if (spec->form == FORM_CLOCK && call->arguments[1] & TIMER_ABSTIME)
		return until(snapshot, *ret_ns, (clockid_t)call->arguments[0], ret_ns);
	return has_left(snapshot, call, ret_ns) ? TIMEOUT_REMAINING : TIMEOUT_WHOLE;
}

enum call_timeout call_timeout(const struct stuck_snapshot *snapshot,
	const struct stuck_call *call, int64_t *ret_timeout_ns)
{
	const struct call_spec *spec = find_spec(call->number);

	*ret_timeout_ns = 0;
	/* Only calls with a timeout are taken up again by this one. */
	if (call->number == SYS_restart_syscall)
		return TIMEOUT_UNKNOWN;
	if (!spec || spec->form == FORM_NONE)
		return TIMEOUT_NEVER;
	if (spec->form == FORM_MS)
		return ms_timeout(call->arguments[spec->timeout], ret_timeout_ns);
	return pointed_timeout(snapshot, call, spec, ret_timeout_ns);
}
