/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moving bytes without blocking in the kernel. A blocking write goes on until all is written:
 * to a pipe in pieces of PIPE_BUF, which fit whenever poll(2) says that it is writable, to a
 * stream socket in as large pieces as it takes. See io.h.
 */
#include <limits.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "runtime/engine/descriptor.h"
#include "runtime/interpose/io.h"

/* What one attempt moves. */
struct transfer {
	struct msghdr *message;
	int flags;
};

static long attempt_read(struct io *io, void *attempt)
{
	const struct msghdr *message = ((struct transfer *)attempt)->message;

	if (io->socket)
		return raw_syscall(SYS_recvmsg, io->fd, message, MSG_DONTWAIT);
	if (message->msg_iovlen == 1)
		return raw_syscall(SYS_read, io->fd, message->msg_iov->iov_base,
			message->msg_iov->iov_len);
	return raw_syscall(SYS_readv, io->fd, message->msg_iov, message->msg_iovlen);
}

static long attempt_write(struct io *io, void *attempt)
{
	const struct msghdr *message = ((struct transfer *)attempt)->message;

	if (io->socket)
		return raw_syscall(SYS_sendmsg, io->fd, message, MSG_DONTWAIT);
	if (message->msg_iovlen == 1)
		return raw_syscall(SYS_write, io->fd, message->msg_iov->iov_base,
			message->msg_iov->iov_len);
	return raw_syscall(SYS_writev, io->fd, message->msg_iov, message->msg_iovlen);
}

static long attempt_receive(struct io *io, void *attempt)
{
	const struct transfer *transfer = attempt;

	return raw_syscall(
		SYS_recvmsg, io->fd, transfer->message, transfer->flags | MSG_DONTWAIT);
}

static long attempt_send(struct io *io, void *attempt)
{
	const struct transfer *transfer = attempt;

	return raw_syscall(
		SYS_sendmsg, io->fd, transfer->message, transfer->flags | MSG_DONTWAIT);
}

static bool is_stream(const struct io *io)
{
	int type = 0;
	socklen_t size = sizeof(type);

	return io->socket &&
	       raw_syscall(SYS_getsockopt, io->fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       type == SOCK_STREAM;
}

/*
 * A TCP read may give fewer bytes than have arrived, since they may arrive in any pieces. Pipes
 * and local sockets give a reader all that is there: a program may rely on it, so they are left
 * alone.
 */
static size_t shortened(struct io *io, size_t size)
{
	int available = 0;
	uint32_t bound;

	if (!descriptor_get(io->fd)->network || !is_stream(io) || size < 2)
		return size;
	if (raw_syscall(SYS_ioctl, io->fd, FIONREAD, &available) < 0 || available < 2)
		return size;
	bound = (uint32_t)((size_t)available < size ? (size_t)available : size);
	return bound - core_draw(&runtime.core, io->self, WIRE_DECISION_BYTES, bound);
}

long io_read(struct io *io, const struct iovec *vector, int count)
{
	struct iovec part = { 0, 0 };
	union {
		const struct iovec *constant;
		struct iovec *plain;
	} parts = { vector };
	struct msghdr message = { .msg_iov = parts.plain, .msg_iovlen = (size_t)count };
	struct transfer transfer = { &message, 0 };

	io->time_limit = SO_RCVTIMEO;
	/* What fails or has nothing to do does so at once. */
	if (!io->readable || count < 0 || count > IOV_MAX || !io_vector_size(vector, count))
		io->direct = true;
	if (count == 1 && io->socket && !io->direct) {
		part = vector[0];
		part.iov_len = shortened(io, part.iov_len);
		message.msg_iov = &part;
	}
	return io_try(io, POLLIN, attempt_read, &transfer);
}

/* The rest after a first part went through; `done` bytes have. */
static long send_rest(
	struct io *io, struct transfer *transfer, size_t done, io_function function)
{
	struct msghdr *message = transfer->message;
	struct io_cursor cursor = { message->msg_iov, (int)message->msg_iovlen, 0 };
	size_t total = io_vector_size(message->msg_iov, (int)message->msg_iovlen);
	struct iovec parts[IO_PARTS_MAX];
	struct msghdr rest = { .msg_iov = parts };
	struct transfer part = { &rest, transfer->flags };

	io_cursor_advance(&cursor, done);
	while (done < total) {
		size_t limit = io->fifo ? PIPE_BUF : total - done;
		long result;

		rest.msg_iovlen = (size_t)io_cursor_take(&cursor, parts, limit);
		result = io_try(io, POLLOUT, function, &part);
		if (result < 0)
			return done ? (long)done : result;
		done += (size_t)result;
		io_cursor_advance(&cursor, (size_t)result);
		external_changed();
	}
	return (long)done;
}

static long send_all(struct io *io, struct transfer *transfer, io_function function)
{
	struct msghdr *message = transfer->message;
	size_t total = io_vector_size(message->msg_iov, (int)message->msg_iovlen);
	long result = 0;

	io->time_limit = SO_SNDTIMEO;
	if (!io->blocking || !io->fifo || total <= PIPE_BUF) {
		result = io_try(io, POLLOUT, function, transfer);
		if (result <= 0 || !io->blocking || (size_t)result == total)
			return result;
		external_changed();
	}
	return send_rest(io, transfer, (size_t)result, function);
}

long io_write(struct io *io, const struct iovec *vector, int count)
{
	union {
		const struct iovec *constant;
		struct iovec *plain;
	} parts = { vector };
	struct msghdr message = { .msg_iov = parts.plain, .msg_iovlen = (size_t)count };
	struct transfer transfer = { &message, 0 };

	if (!io->writable || count < 0 || count > IOV_MAX ||
		(!io->socket && !io_vector_size(vector, count)))
		io->direct = true;
	if (io->direct)
		return attempt_write(io, &transfer);
	return send_all(io, &transfer, attempt_write);
}

/* Goes on receiving into the rest of the buffers after `done` bytes. */
static long receive_rest(struct io *io, struct transfer *transfer, size_t done)
{
	struct msghdr *message = transfer->message;
	struct io_cursor cursor = { message->msg_iov, (int)message->msg_iovlen, 0 };
	size_t total = io_vector_size(message->msg_iov, (int)message->msg_iovlen);
	struct iovec parts[IO_PARTS_MAX];
	struct msghdr rest = { .msg_iov = parts };
	struct transfer part = { &rest, transfer->flags };

	io_cursor_advance(&cursor, done);
	while (done < total) {
		long result;

		external_changed();
		rest.msg_iovlen = (size_t)io_cursor_take(&cursor, parts, total - done);
		result = io_try(io, POLLIN, attempt_receive, &part);
		if (result <= 0)
			break;
		done += (size_t)result;
		io_cursor_advance(&cursor, (size_t)result);
	}
	return (long)done;
}

long io_receive(struct io *io, struct msghdr *message, int flags)
{
	bool whole = (flags & MSG_WAITALL) && !(flags & MSG_PEEK) && io->blocking &&
		     !(flags & MSG_DONTWAIT) && is_stream(io);
	struct transfer transfer = { message, flags & ~MSG_WAITALL };
	size_t original;
	long result;

	io->time_limit = SO_RCVTIMEO;
	if (flags & (MSG_DONTWAIT | MSG_ERRQUEUE))
		io->blocking = false;
	if (!io->socket || message->msg_iovlen > IOV_MAX)
		return attempt_receive(io, &transfer);
	if (flags & (MSG_WAITALL | MSG_PEEK | MSG_ERRQUEUE) || message->msg_iovlen != 1) {
		result = io_try(io, POLLIN, attempt_receive, &transfer);
		return whole && result > 0 ? receive_rest(io, &transfer, (size_t)result)
					   : result;
	}
	original = message->msg_iov->iov_len;
	message->msg_iov->iov_len = shortened(io, original);
	result = io_try(io, POLLIN, attempt_receive, &transfer);
	message->msg_iov->iov_len = original;
	return result;
}

long io_send(struct io *io, const struct msghdr *message, int flags)
{
	union {
		const struct msghdr *constant;
		struct msghdr *plain;
	} own = { message };
	struct transfer transfer = { own.plain, flags };

	if (flags & MSG_DONTWAIT)
		io->blocking = false;
	if (!io->socket || message->msg_iovlen > IOV_MAX)
		return attempt_send(io, &transfer);
	return send_all(io, &transfer, attempt_send);
}
