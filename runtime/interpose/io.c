/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on descriptors that could block: what they have in common; see io.h. */
#include "runtime/interpose/io.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "runtime/engine/children.h"
#include "runtime/engine/descriptor.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/reach.h"
#include "runtime/interpose/cancel.h"
#include "runtime/interpose/clock.h"
#include "runtime/interpose/signal.h"

/* Half of what a process may usually have open. */
#define HELD_FIRST 512

void io_begin(struct io *io, struct thread *self, enum op_kind op, int fd)
{
	struct stat status;
	long flags;

	*io = (struct io){ .self = self, .fd = fd, .deadline_ns = DEADLINE_NEVER };
	io->object = object_get(&runtime.core, (uint64_t)(unsigned int)fd, WIRE_OBJECT_FD);
	cancel_point(self);
	sched_point(self, op, io->object);
	if (op != OP_FD_READ && op != OP_FD_ACCEPT && op != OP_FD_POLL)
		happens_before_send(self, fd);
	if (raw_syscall(SYS_fstat, fd, &status) < 0 || S_ISREG(status.st_mode) ||
		S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode)) {
		io->direct = true;
		return;
	}
	io->socket = S_ISSOCK(status.st_mode);
	io->fifo = S_ISFIFO(status.st_mode);
	flags = raw_syscall(SYS_fcntl, fd, F_GETFL);
	io->blocking = !(flags & O_NONBLOCK);
	io->readable = (flags & O_ACCMODE) != O_WRONLY;
	io->writable = (flags & O_ACCMODE) != O_RDONLY;
}

bool io_is_ready(const struct io *io, short events)
{
	struct pollfd polled = { .fd = io->fd, .events = events };

	return raw_syscall(SYS_poll, &polled, 1, 0) != 0;
}

/* SO_RCVTIMEO and SO_SNDTIMEO count from the start of the call, on the virtual clock. */
static void deadline_compute(struct io *io)
{
	struct timeval limit = { 0, 0 };
	socklen_t size = sizeof(limit);

	io->timed = true;
	if (!io->socket || !io->time_limit)
		return;
	if (raw_syscall(SYS_getsockopt, io->fd, SOL_SOCKET, io->time_limit, &limit, &size) < 0)
		return;
	if (limit.tv_sec || limit.tv_usec)
		io->deadline_ns = runtime.core.now_ns + (uint64_t)limit.tv_sec * NS_PER_S +
				  (uint64_t)limit.tv_usec * NS_PER_US;
}

enum wait_result io_external_wait(struct thread *self, struct object *object,
	struct external_wait *wait, uint64_t deadline_ns)
{
	enum wait_result woken;

	self->wait.interruptible = true;
	woken = external_wait(self, object, wait, deadline_ns);
	if (woken == WAIT_INTERRUPTED && !cancel_interrupted(self))
		return WAIT_WOKEN;
	return woken;
}

/*
 * Like the kernel, a call that waits keeps hold of the file that it was made on: another thread
 * may close the descriptor, or open something else under its number, and does not wake it by
 * that. Copies stay out of the way of the program's own numbers; without room for one, the
 * number has to do.
 */
static void hold(struct io *io)
{
	long copy;

	if (io->held)
		return;
	copy = raw_syscall(SYS_fcntl, io->fd, F_DUPFD_CLOEXEC, HELD_FIRST);
	if (raw_failed(copy))
		return;
	descriptor_copy(io->fd, (int)copy);
	io->fd = (int)copy;
	io->held = true;
}

void io_let_go(struct io *io)
{
	if (!io->held)
		return;
	descriptor_clear((unsigned int)io->fd, (unsigned int)io->fd);
	raw_syscall(SYS_close, io->fd);
	io->held = false;
}

static int wait_for(struct io *io, struct external_wait *wait)
{
	bool outside;

	if (!io->timed)
		deadline_compute(io);
	io->self->wait.interruptible = true;
	/* By a signal from outside, where its handler can be only one that ends calls. */
	wait->until_signal = signal_handlers_interrupt();
	switch (external_wait(io->self, io->object, wait, io->deadline_ns)) {
	case WAIT_TIMED_OUT:
		return -EAGAIN;
	case WAIT_INTERRUPTED:
		/* A cancellation does not come back to give the copy up. */
		if (cancel_due(io->self))
			io_let_go(io);
		outside = !io->self->attention;
		return cancel_interrupted(io->self) || outside ? -EINTR : 0;
	default:
		return 0;
	}
}

int io_wait(struct io *io, short events)
{
	struct external_fd fd = {
		.events = events,
		.accepted = (short)(events | POLLERR | POLLHUP),
	};
	struct external_wait wait = { .fds = &fd, .fd_count = 1 };

	hold(io);
	fd.fd = io->fd;
	wait.held = io->held;
	return wait_for(io, &wait);
}

int io_wait_change(struct io *io)
{
	struct external_wait wait = { .retry = true, .reach = reach_of_descriptor(io->fd) };

	return wait_for(io, &wait);
}

/*
 * Whether to ask the kernel before anything else. While there are child processes, which may
 * hold the other end of anything, a call that waits does so until nobody else can run: when a
 * child was how fast is up to the kernel, and an execution must not depend on it.
 */
static bool asks_first(const struct io *io)
{
	return io->direct || !io->blocking || !children_any();
}

long io_try(struct io *io, short events, io_function function, void *attempt)
{
	bool asks = asks_first(io);
	int woken = 0;

	for (;;) {
		bool ready = io->direct || !io->blocking || io->socket;
		long result = -EAGAIN;

		if (asks && (ready || io_is_ready(io, events))) {
			ready = true;
			result = function(io, attempt);
		}
		if (result != -EAGAIN || io->direct || !io->blocking)
			return result;
		if (woken)
			return woken;
		/* Ready, and yet not for this call: a full queue that poll(2) does not see. */
		if (asks && ready && io_is_ready(io, events))
			woken = io_wait_change(io);
		else
			woken = io_wait(io, events);
		if (woken == -EINTR)
			return woken;
		asks = true;
	}
}

long io_return(struct thread *self, long result)
{
	if (result == -EAGAIN)
		core_unchanged(self);
	core_result(&runtime.core, self, (int32_t)result);
	runtime_leave(self);
	if (!raw_failed(result))
		return result;
	errno = (int)-result;
	return -1;
}

long io_end(struct io *io, long result)
{
	if (!io->direct && !raw_failed(result)) {
		if (descriptor_get(io->fd)->network)
			external_sent();
		else
			external_changed();
	}
	if (!io->direct && !raw_failed(result))
		happens_before_receive(io->self, io->fd);
	io_let_go(io);
	return io_return(io->self, result);
}

size_t io_vector_size(const struct iovec *vector, int count)
{
	size_t size = 0;

	for (int i = 0; i < count; i++)
		size += vector[i].iov_len;
	return size;
}

int io_cursor_take(const struct io_cursor *cursor, struct iovec *parts, size_t limit)
{
	size_t offset = cursor->offset;
	int taken = 0;

	for (int i = 0; i < cursor->count && taken < IO_PARTS_MAX && limit; i++, offset = 0) {
		size_t size = cursor->vector[i].iov_len - offset;

		size = size < limit ? size : limit;
		if (size == 0)
			continue;
		parts[taken].iov_base = (char *)cursor->vector[i].iov_base + offset;
		parts[taken++].iov_len = size;
		limit -= size;
	}
	return taken;
}

void io_cursor_advance(struct io_cursor *cursor, size_t size)
{
	while (cursor->count && size >= cursor->vector->iov_len - cursor->offset) {
		size -= cursor->vector->iov_len - cursor->offset;
		cursor->vector++;
		cursor->count--;
		cursor->offset = 0;
	}
	cursor->offset += size;
}
