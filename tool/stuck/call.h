/* SPDX-License-Identifier: Apache-2.0 */
/* The system call that a thread is in, from its registers; see the x86-64 psABI, A.2.1. */
#ifndef WEFT_TOOL_STUCK_CALL_H
#define WEFT_TOOL_STUCK_CALL_H

#include "tool/stuck/snapshot.h"

#define CALL_ARGUMENTS 6

/* What such a call waits for. */
enum call_kind {
	CALL_NONE,  /* the thread runs its own code */
	CALL_FUTEX, /* 0: the word, 1: operation, 2: value, 3: timeout */
	CALL_READ,  /* 0: descriptor; so for the next ones */
	CALL_WRITE,
	CALL_ACCEPT,
	CALL_CONNECT,
	CALL_POLL,
	CALL_SELECT,
	CALL_EPOLL,
	CALL_FLOCK,
	CALL_FCNTL, /* a lock of part of a file */
	CALL_SLEEP,
	CALL_CHILD,
	CALL_SIGNAL,	  /* pause(), sigsuspend(): any handler's */
	CALL_SIGNAL_WAIT, /* sigwait(): of a set */
	CALL_OTHER,
};

struct stuck_call {
	enum call_kind kind;
	uint64_t number;
	const char *name; /* "futex"; NULL: a number that weft has no name for */
	uint64_t arguments[CALL_ARGUMENTS];
	bool is_resumed; /* after an interruption: relative timeouts count from before it */
};

/* CALL_NONE for a thread that was not waiting in the kernel, or has no registers. */
struct stuck_call call_of(const struct stuck_snapshot *snapshot, size_t thread);

/* Whether the call ends by itself, and when if that is known: see `ret_timeout_ns`. */
enum call_timeout {
	TIMEOUT_NEVER,
	TIMEOUT_REMAINING, /* so much is left */
	TIMEOUT_WHOLE,	   /* so long in all; when it began is not known */
	TIMEOUT_UNKNOWN,   /* there is one */
};

enum call_timeout call_timeout(const struct stuck_snapshot *snapshot,
	const struct stuck_call *call, int64_t *ret_timeout_ns);

#endif
