/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that move bytes from one descriptor to another. Each waits until its source has
 * something and its target room, then moves what goes without blocking: all of them may move
 * less than asked.
 */
#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>

#include "runtime/interpose/io.h"

struct copy {
	long number; /* of the system call */
	int from;
	off_t *from_offset;
	int to;
	off_t *to_offset;
	size_t size;
	unsigned int flags;
};

/* Waits until both sides are ready. Returns 0 or a negative errno. */
static int wait_both(struct io *from, struct io *to)
{
	for (;;) {
		bool from_waits = !from->direct && from->blocking && !io_is_ready(from, POLLIN);
		bool to_waits = !to->direct && to->blocking && !io_is_ready(to, POLLOUT);
		int woken;

		if (!from_waits && !to_waits)
			return 0;
		woken = from_waits ? io_wait(from, POLLIN) : io_wait(to, POLLOUT);
		if (woken)
			return woken;
	}
}

static long copy_once(const struct copy *copy)
{
	if (copy->number == SYS_sendfile)
		return raw_syscall(
			SYS_sendfile, copy->to, copy->from, copy->from_offset, copy->size);
	if (copy->number == SYS_tee)
		return raw_syscall(SYS_tee, copy->from, copy->to, copy->size,
			copy->flags | SPLICE_F_NONBLOCK);
	return raw_syscall(SYS_splice, copy->from, copy->from_offset, copy->to, copy->to_offset,
		copy->size, copy->flags | SPLICE_F_NONBLOCK);
}

/* What is copied, by the descriptors that the waits have left in use. */
static struct copy copy_between(
	const struct copy *copy, const struct io *from, const struct io *to)
{
	struct copy between = *copy;

	between.from = from->fd;
	between.to = to->fd;
	return between;
}

/* One attempt with the target made non-blocking, since the calls have no flag for sockets. */
static long copy_attempt(const struct copy *copy, const struct io *to)
{
	long flags, result;

	if (to->direct || !to->blocking)
		return copy_once(copy);
	flags = raw_syscall(SYS_fcntl, copy->to, F_GETFL);
	raw_syscall(SYS_fcntl, copy->to, F_SETFL, flags | O_NONBLOCK);
	result = copy_once(copy);
	raw_syscall(SYS_fcntl, copy->to, F_SETFL, flags);
	return result;
}

static long copy(struct thread *self, const struct copy *copy)
{
	struct io from, to;
	long result;

	io_begin(&from, self, OP_FD_READ, copy->from);
	io_begin(&to, self, OP_FD_WRITE, copy->to);
	if (copy->flags & SPLICE_F_NONBLOCK)
		from.blocking = to.blocking = false;
	/* What can't work says so at once. */
	if ((!from.direct && !from.readable) || (!to.direct && !to.writable))
		return io_end(&to, copy_once(copy));
	do {
		struct copy between;

		result = wait_both(&from, &to);
		between = copy_between(copy, &from, &to);
		if (result == 0)
			result = copy_attempt(&between, &to);
		if (result != -EAGAIN || (!from.blocking && !to.blocking))
			break;
		result = io_wait_change(&to);
	} while (result == 0);
	io_let_go(to.direct ? &to : &from);
	return io_end(to.direct ? &from : &to, result);
}

WEFT_HOOK ssize_t sendfile(int to, int from, off_t *offset, size_t size)
{
	struct thread *self = runtime_enter(HOOK_sendfile);
	struct copy what = { SYS_sendfile, from, offset, to, NULL, size, 0 };

	if (!self)
		return REAL(sendfile)(to, from, offset, size);
	return copy(self, &what);
}

WEFT_HOOK ssize_t sendfile64(int, int, off_t *, size_t) HOOK_ALIAS(sendfile);

WEFT_HOOK ssize_t splice(
	int from, off_t *from_offset, int to, off_t *to_offset, size_t size, unsigned int flags)
{
	struct thread *self = runtime_enter(HOOK_splice);
	struct copy what = { SYS_splice, from, from_offset, to, to_offset, size, flags };

	if (!self)
		return REAL(splice)(from, from_offset, to, to_offset, size, flags);
	return copy(self, &what);
}

WEFT_HOOK ssize_t tee(int from, int to, size_t size, unsigned int flags)
{
	struct thread *self = runtime_enter(HOOK_tee);
	struct copy what = { SYS_tee, from, NULL, to, NULL, size, flags };

	if (!self)
		return REAL(tee)(from, to, size, flags);
	return copy(self, &what);
}
