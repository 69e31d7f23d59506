/* SPDX-License-Identifier: Apache-2.0 */
/* Sending and receiving on sockets. */
#include <sys/socket.h>

#include "runtime/interpose/clock.h"
#include "runtime/interpose/io.h"

static ssize_t receive(struct thread *self, int fd, struct msghdr *message, int flags)
{
	struct io io;

	io_begin(&io, self, OP_FD_READ, fd);
	return io_end(&io, io_receive(&io, message, flags));
}

static ssize_t send_message(
	struct thread *self, int fd, const struct msghdr *message, int flags)
{
	struct io io;

	io_begin(&io, self, OP_FD_WRITE, fd);
	return io_end(&io, io_send(&io, message, flags));
}

/* recvfrom(2) for both; `address` may be NULL. */
static ssize_t receive_from(struct thread *self, int fd, struct iovec *part, int flags,
	struct sockaddr *address, socklen_t *size)
{
	struct msghdr message = {
		.msg_name = address,
		.msg_namelen = address && size ? *size : 0,
		.msg_iov = part,
		.msg_iovlen = 1,
	};
	ssize_t result = receive(self, fd, &message, flags);

	if (result >= 0 && address && size)
		*size = message.msg_namelen;
	return result;
}

WEFT_HOOK ssize_t recv(int fd, void *buffer, size_t size, int flags)
{
	struct thread *self = runtime_enter(HOOK_recv);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(recv)(fd, buffer, size, flags);
	return receive_from(self, fd, &part, flags, NULL, NULL);
}

WEFT_HOOK ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t buffer_size, int flags)
{
	struct thread *self = size > buffer_size ? NULL : runtime_enter(HOOK___recv_chk);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(__recv_chk)(fd, buffer, size, buffer_size, flags);
	return receive_from(self, fd, &part, flags, NULL, NULL);
}

WEFT_HOOK ssize_t recvfrom(int fd, void *buffer, size_t size, int flags,
	struct sockaddr *address, socklen_t *address_size)
{
	struct thread *self = runtime_enter(HOOK_recvfrom);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(recvfrom)(fd, buffer, size, flags, address, address_size);
	return receive_from(self, fd, &part, flags, address, address_size);
}

WEFT_HOOK ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t buffer_size,
	int flags, struct sockaddr *address, socklen_t *address_size)
{
	struct thread *self = size > buffer_size ? NULL : runtime_enter(HOOK___recvfrom_chk);
	struct iovec part = { buffer, size };

	if (!self)
		return REAL(__recvfrom_chk)(
			fd, buffer, size, buffer_size, flags, address, address_size);
	return receive_from(self, fd, &part, flags, address, address_size);
}

WEFT_HOOK ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
	struct thread *self = runtime_enter(HOOK_recvmsg);

	if (!self)
		return REAL(recvmsg)(fd, message, flags);
	return receive(self, fd, message, flags);
}

WEFT_HOOK ssize_t sendto(int fd, const void *buffer, size_t size, int flags,
	const struct sockaddr *address, socklen_t address_size)
{
	struct thread *self = runtime_enter(HOOK_sendto);
	union {
		const void *constant;
		void *plain;
	} bytes = { buffer }, name = { address };
	struct iovec part = { bytes.plain, size };
	struct msghdr message = {
		.msg_name = name.plain,
		.msg_namelen = address_size,
		.msg_iov = &part,
		.msg_iovlen = 1,
	};

	if (!self)
		return REAL(sendto)(fd, buffer, size, flags, address, address_size);
	return send_message(self, fd, &message, flags);
}

WEFT_HOOK ssize_t send(int fd, const void *buffer, size_t size, int flags)
{
	struct thread *self = runtime_enter(HOOK_send);
	union {
		const void *constant;
		void *plain;
	} bytes = { buffer };
	struct iovec part = { bytes.plain, size };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (!self)
		return REAL(send)(fd, buffer, size, flags);
	return send_message(self, fd, &message, flags);
}

WEFT_HOOK ssize_t __send(int, const void *, size_t, int) HOOK_ALIAS(send);

WEFT_HOOK ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	struct thread *self = runtime_enter(HOOK_sendmsg);

	if (!self)
		return REAL(sendmsg)(fd, message, flags);
	return send_message(self, fd, message, flags);
}

/* ---- several messages at once ---- */

/* Linux looks at the time limit of recvmmsg only between messages; so does this. */
static long receive_several(struct io *io, struct mmsghdr *messages, unsigned int count,
	int flags, uint64_t deadline_ns)
{
	unsigned int done = 0;
	long result = 0;

	for (; done < count; done++) {
		int own = flags & ~MSG_WAITFORONE;

		if (done && (flags & MSG_WAITFORONE))
			own |= MSG_DONTWAIT;
		result = io_receive(io, &messages[done].msg_hdr, own);
		if (result < 0)
			break;
		messages[done].msg_len = (unsigned int)result;
		external_changed();
		if (runtime.core.now_ns >= deadline_ns) {
			done++;
			break;
		}
	}
	return done ? (long)done : result;
}

WEFT_HOOK int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
	struct timespec *timeout)
{
	struct thread *self = runtime_enter(HOOK_recvmmsg);
	uint64_t deadline_ns = DEADLINE_NEVER;
	struct io io;

	if (!self)
		return REAL(recvmmsg)(fd, messages, count, flags, timeout);
	io_begin(&io, self, OP_FD_READ, fd);
	if (timeout)
		deadline_ns = runtime.core.now_ns + (uint64_t)timeout->tv_sec * NS_PER_S +
			      (uint64_t)timeout->tv_nsec;
	return (int)io_end(&io, receive_several(&io, messages, count, flags, deadline_ns));
}

WEFT_HOOK int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
	struct thread *self = runtime_enter(HOOK_sendmmsg);
	unsigned int done = 0;
	long result = 0;
	struct io io;

	if (!self)
		return REAL(sendmmsg)(fd, messages, count, flags);
	io_begin(&io, self, OP_FD_WRITE, fd);
	for (; done < count; done++) {
		result = io_send(&io, &messages[done].msg_hdr, flags);
		if (result < 0)
			break;
		messages[done].msg_len = (unsigned int)result;
	}
	return (int)io_end(&io, done ? (long)done : result);
}
