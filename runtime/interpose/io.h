/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls on descriptors that could block. A hook tells what it is about to do, tries it in a way
 * that can't block in the kernel, and waits in the core in between, as long as a blocking
 * descriptor would. Results are the kernel's: a negative errno on failure, until io_end() makes
 * them libc's.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_IO_H
#define WEFT_RUNTIME_INTERPOSE_IO_H

#include <errno.h>
#include <stdbool.h>

#include "runtime/engine/external.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"
#include "runtime/sys/raw.h"

/* One call of one thread on one descriptor. */
struct io {
	struct thread *self;
	struct object *object;
	int fd;
	bool direct;   /* can't block: a regular file, or no descriptor at all */
	bool blocking; /* the caller is ready to wait */
	bool socket;
	bool fifo;     /* a pipe, named or not */
	bool readable; /* opened for reading */
	bool writable;
	bool held;	/* `fd` is a copy, made for the time of the call */
	bool timed;	/* deadline_ns is known */
	int time_limit; /* the socket option that limits the wait: SO_RCVTIMEO, SO_SNDTIMEO, or
			   0 */
	uint64_t deadline_ns;
};

/* The scheduling point before the call; afterwards `io` says what kind of descriptor it is on.
 */
void io_begin(struct io *io, struct thread *self, enum op_kind op, int fd);

/* Whether the kernel would let a call go on that needs one of the poll events. */
bool io_is_ready(const struct io *io, short events);

/*
 * external_wait() as a cancellation point. A signal handler that ran lets the call go on as if
 * woken, or gives WAIT_INTERRUPTED, as its SA_RESTART has it.
 */
enum wait_result io_external_wait(struct thread *self, struct object *object,
	struct external_wait *wait, uint64_t deadline_ns);

/* Waits for one of the events. Returns 0, or -EAGAIN (the socket's own time limit) or -EINTR.
 */
int io_wait(struct io *io, short events);

/* Waits until anything at all has changed in this process. Returns as io_wait(). */
int io_wait_change(struct io *io);

/*
 * What a call does without blocking, `attempt` being its arguments: for sockets by itself, for
 * others once the descriptor is ready.
 */
typedef long (*io_function)(struct io *io, void *attempt);

/* Tries until it is done, waiting as long as the descriptor would let it block. */
long io_try(struct io *io, short events, io_function function, void *attempt);

/* Closes what the call holds on to; io_end() does it, too. */
void io_let_go(struct io *io);

/* Ends the call: records the result, sets errno, leaves the runtime. Returns what libc returns.
 */
long io_end(struct io *io, long result);

/* Ends a call without a descriptor of its own in the same way. */
long io_return(struct thread *self, long result);

/* A call that moves vectors of buffers, whole or in parts. */
#define IO_PARTS_MAX 16

struct io_cursor {
	const struct iovec *vector;
	int count;
	size_t offset; /* into vector[0] */
};

size_t io_vector_size(const struct iovec *vector, int count);

/* The next bytes, up to `limit`, as at most IO_PARTS_MAX parts; returns how many parts. */
int io_cursor_take(const struct io_cursor *cursor, struct iovec *parts, size_t limit);
void io_cursor_advance(struct io_cursor *cursor, size_t size);

/* Reads and writes, as readv() and writev() with the flags of recvmsg() and sendmsg(). */
long io_read(struct io *io, const struct iovec *vector, int count);
long io_write(struct io *io, const struct iovec *vector, int count);

/* The same for messages on sockets. */
long io_receive(struct io *io, struct msghdr *message, int flags);
long io_send(struct io *io, const struct msghdr *message, int flags);

#endif
