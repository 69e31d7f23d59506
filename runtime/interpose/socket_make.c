/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets from their making to their connection, and whose the other end is: a connection
 * between two sockets of this process can be waited for without the world outside.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "runtime/engine/descriptor.h"
#include "runtime/interpose/io.h"

/* The local or (`number` SYS_getpeername) remote port; 0 for another family or none. */
static uint16_t port_of(int fd, long number)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		char room[128];
	} address;
	socklen_t size = sizeof(address);

	if (raw_syscall(number, fd, &address, &size) < 0)
		return 0;
	if (address.any.sa_family == AF_INET)
		return ntohs(address.v4.sin_port);
	if (address.any.sa_family == AF_INET6)
		return ntohs(address.v6.sin6_port);
	return 0;
}

static int option_of(int fd, int option)
{
	int value = 0;
	socklen_t size = sizeof(value);

	raw_syscall(SYS_getsockopt, fd, SOL_SOCKET, option, &value, &size);
	return value;
}

static bool peer_is_this_process(int fd)
{
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof(peer);

	return raw_syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 &&
	       peer.pid == (pid_t)raw_syscall(SYS_getpid);
}

static bool is_network(int fd)
{
	int domain = option_of(fd, SO_DOMAIN);

	return domain == AF_INET || domain == AF_INET6;
}

WEFT_HOOK int socket(int domain, int type, int protocol)
{
	struct thread *self = runtime_enter(HOOK_socket);
	struct descriptor *descriptor;
	long result;

	if (!self)
		return REAL(socket)(domain, type, protocol);
	sched_point(self, OP_FD_OPEN, NULL);
	result = raw_syscall(SYS_socket, domain, type, protocol);
	if (!raw_failed(result)) {
		descriptor = descriptor_set((int)result, DESCRIPTOR_SOCKET);
		if (descriptor)
			descriptor->network = domain == AF_INET || domain == AF_INET6;
	}
	return (int)io_return(self, result);
}

WEFT_HOOK int bind(int fd, const struct sockaddr *address, socklen_t size)
{
	struct thread *self = runtime_enter(HOOK_bind);
	struct io io;

	if (!self)
		return REAL(bind)(fd, address, size);
	io_begin(&io, self, OP_FD_OPEN, fd);
	return (int)io_end(&io, raw_syscall(SYS_bind, fd, address, size));
}

/*
 * With a full backlog TCP drops requests, and the client asks again after a second of real
 * time. How many fit is a hint only (POSIX, listen): there is always room for some.
 */
#define NETWORK_BACKLOG_MIN 1024

WEFT_HOOK int listen(int fd, int backlog)
{
	struct thread *self = runtime_enter(HOOK_listen);
	struct descriptor *descriptor;
	struct io io;
	long result;

	if (!self)
		return REAL(listen)(fd, backlog);
	io_begin(&io, self, OP_FD_OPEN, fd);
	if (backlog < NETWORK_BACKLOG_MIN && is_network(fd))
		backlog = NETWORK_BACKLOG_MIN;
	result = raw_syscall(SYS_listen, fd, backlog);
	if (result == 0 && descriptor_get(fd)->kind != DESCRIPTOR_LISTENER) {
		descriptor = descriptor_set(fd, DESCRIPTOR_LISTENER);
		if (descriptor) {
			descriptor->network = is_network(fd);
			descriptor->port = port_of(fd, SYS_getsockname);
		}
	}
	return (int)io_end(&io, result);
}

/* ---- accepting ---- */

static void note_accepted(int listener, int fd)
{
	bool network = descriptor_get(listener)->network;
	bool here = network ? descriptor_by_port(DESCRIPTOR_PEER_HERE,
				      port_of(fd, SYS_getpeername)) != NULL
			    : peer_is_this_process(fd);
	struct descriptor *descriptor =
		descriptor_set(fd, here ? DESCRIPTOR_PEER_HERE : DESCRIPTOR_PEER_OUTSIDE);

	/* The port is the listener's: only the connecting side is found by its own. */
	if (descriptor)
		descriptor->network = network;
}

struct accept_call {
	struct sockaddr *address;
	socklen_t *size;
	int flags;
};

static long accept_attempt(struct io *io, void *attempt)
{
	const struct accept_call *call = attempt;

	return raw_syscall(SYS_accept4, io->fd, call->address, call->size, call->flags);
}

static int accept_run(struct thread *self, int fd, struct accept_call *call)
{
	struct io io;
	long result;

	io_begin(&io, self, OP_FD_ACCEPT, fd);
	/* A socket that does not listen is refused at once; others are asked when ready. */
	if (!io.socket || !option_of(fd, SO_ACCEPTCONN))
		io.direct = true;
	io.socket = io.socket && !io.blocking;
	io.time_limit = SO_RCVTIMEO;
	result = io_try(&io, POLLIN, accept_attempt, call);
	if (!raw_failed(result))
		note_accepted(fd, (int)result);
	return (int)io_end(&io, result);
}

WEFT_HOOK int accept(int fd, struct sockaddr *address, socklen_t *size)
{
	struct thread *self = runtime_enter(HOOK_accept);
	struct accept_call call = { address, size, 0 };

	if (!self)
		return REAL(accept)(fd, address, size);
	return accept_run(self, fd, &call);
}

WEFT_HOOK int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags)
{
	struct thread *self = runtime_enter(HOOK_accept4);
	struct accept_call call = { address, size, flags };

	if (!self)
		return REAL(accept4)(fd, address, size, flags);
	return accept_run(self, fd, &call);
}

/* ---- connecting ---- */

/* After a connection was made or begun: whose is the other end? */
static void note_connected(int fd, uint16_t port)
{
	bool network = is_network(fd);
	struct descriptor *listener =
		network ? descriptor_by_port(DESCRIPTOR_LISTENER, port) : NULL;
	bool here = network ? listener != NULL : peer_is_this_process(fd);
	struct descriptor *descriptor;

	if (listener)
		listener->connected_here = true;
	descriptor = descriptor_set(fd, here ? DESCRIPTOR_PEER_HERE : DESCRIPTOR_PEER_OUTSIDE);
	if (descriptor) {
		descriptor->network = network;
		descriptor->port = network ? port_of(fd, SYS_getsockname) : 0;
	}
}

static uint16_t port_in(const struct sockaddr *address, socklen_t size)
{
	const void *any = address;

	if (size >= sizeof(struct sockaddr_in) && address->sa_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)any)->sin_port);
	if (size >= sizeof(struct sockaddr_in6) && address->sa_family == AF_INET6)
		return ntohs(((const struct sockaddr_in6 *)any)->sin6_port);
	return 0;
}

/* connect(2) on a blocking socket, which is made non-blocking for the time of the call. */
static long connect_attempt(int fd, const struct sockaddr *address, socklen_t size)
{
	long flags = raw_syscall(SYS_fcntl, fd, F_GETFL);
	long result;

	raw_syscall(SYS_fcntl, fd, F_SETFL, flags | O_NONBLOCK);
	result = raw_syscall(SYS_connect, fd, address, size);
	raw_syscall(SYS_fcntl, fd, F_SETFL, flags);
	return result;
}

static long connect_blocking(struct io *io, const struct sockaddr *address, socklen_t size)
{
	long result;
	int woken = 0;

	io->time_limit = SO_SNDTIMEO;
	/* A local socket whose listener has no room says EAGAIN. */
	while ((result = connect_attempt(io->fd, address, size)) == -EAGAIN && !woken)
		woken = io_wait_change(io);
	if (woken)
		return woken;
	if (result != -EINPROGRESS)
		return result;
	note_connected(io->fd, port_in(address, size));
	external_sent();
	while (!io_is_ready(io, POLLOUT)) {
		woken = io_wait(io, POLLOUT);
		if (woken)
			return woken == -EAGAIN ? -EINPROGRESS : woken;
	}
	return -option_of(io->fd, SO_ERROR);
}

WEFT_HOOK int connect(int fd, const struct sockaddr *address, socklen_t size)
{
	struct thread *self = runtime_enter(HOOK_connect);
	struct io io;
	long result;

	if (!self)
		return REAL(connect)(fd, address, size);
	io_begin(&io, self, OP_FD_CONNECT, fd);
	if (!io.socket || !io.blocking || !address || size < sizeof(sa_family_t))
		result = raw_syscall(SYS_connect, fd, address, size);
	else
		result = connect_blocking(&io, address, size);
	if ((result == 0 || result == -EINPROGRESS) && address->sa_family != AF_UNSPEC)
		note_connected(fd, port_in(address, size));
	external_sent();
	return (int)io_end(&io, result);
}

WEFT_HOOK int __connect(int, const struct sockaddr *, socklen_t) HOOK_ALIAS(connect);

WEFT_HOOK int shutdown(int fd, int how)
{
	struct thread *self = runtime_enter(HOOK_shutdown);
	struct io io;

	if (!self)
		return REAL(shutdown)(fd, how);
	io_begin(&io, self, OP_FD_CLOSE, fd);
	return (int)io_end(&io, raw_syscall(SYS_shutdown, fd, how));
}
