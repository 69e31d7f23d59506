/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one thread waits for, and who could end that. Everything that weft says against a
 * program rests on `waker`, so it errs towards more wakers: what is not certain is WAKER_ITSELF
 * or WAKER_OUTSIDE.
 */
#ifndef WEFT_TOOL_STUCK_WAIT_H
#define WEFT_TOOL_STUCK_WAIT_H

#include "tool/stuck/call.h"
#include "tool/stuck/snapshot.h"
#include "tool/stuck/stack.h"

#define WAIT_TEXT_SIZE 320

enum wait_kind {
	WAIT_NOT,    /* it runs */
	WAIT_ENDED,  /* the main thread, when it left the others behind */
	WAIT_UNSEEN, /* it could not be stopped: it is in the middle of something in the kernel
		      */
	WAIT_MUTEX,
	WAIT_READ_LOCK,
	WAIT_WRITE_LOCK,
	WAIT_CONDITION,
	WAIT_SEMAPHORE,
	WAIT_JOIN,
	WAIT_BARRIER,
	WAIT_ONCE,
	WAIT_STREAM,
	WAIT_FUTEX,
	WAIT_DESCRIPTOR,
	WAIT_FILE_LOCK,
	WAIT_SLEEP,
	WAIT_CHILD,
	WAIT_SIGNAL,
	WAIT_CALL, /* any other system call */
	WAIT_KINDS
};

enum waker {
	WAKER_ITSELF,	  /* it runs, or has a timeout, or will find that its wait is over */
	WAKER_OUTSIDE,	  /* another process, the kernel, or not known */
	WAKER_ANY_THREAD, /* of this process, and nobody else */
	WAKER_READERS,	  /* threads of this process that hold the lock; which is not known */
	WAKER_THREAD,	  /* `owner` only */
	WAKER_NOBODY,
};

struct stuck_wait {
	enum wait_kind kind;
	enum waker waker;
	size_t owner;	  /* WAKER_THREAD: index of the thread */
	uint64_t object;  /* address; 0: none */
	uint32_t readers; /* that hold the lock; glibc does not record who they are */
	bool is_parked;	  /* in pause() for ever, on purpose */
	bool by_handler;  /* a signal handler may end it too */
	enum call_timeout timeout;
	int64_t timeout_ns;
	const char *function;	   /* that waits, for WAIT_FUTEX; NULL: not known */
	const char *call;	   /* the system call; NULL: not known, or none */
	char what[WAIT_TEXT_SIZE]; /* "the mutex 'account_lock'" */
	char whom[WAIT_TEXT_SIZE]; /* "held by thread 12 (worker)"; empty: not known */
};

/* "mutex"; for the JSON. */
const char *wait_kind_name(enum wait_kind kind);

#endif
