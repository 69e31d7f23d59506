/* SPDX-License-Identifier: Apache-2.0 */
/* Echo servers and their clients as threads of one process, over TCP and over local sockets. */
#include "../conformance/check.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

#define CLIENTS 4
#define MESSAGE 3000

union address {
	struct sockaddr any;
	struct sockaddr_in internet;
	struct sockaddr_un local;
};

static union address address;
static socklen_t address_size;
static int listener;

static void listen_on_loopback(void)
{
	address.internet = (struct sockaddr_in){ .sin_family = AF_INET };
	address.internet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address_size = sizeof(address.internet);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	REQUIRE(bind(listener, &address.any, address_size));
	REQUIRE(listen(listener, 1));
	REQUIRE(getsockname(listener, &address.any, &address_size));
}

/* In the abstract namespace, under a name that the kernel chooses. */
static void listen_locally(void)
{
	address.local = (struct sockaddr_un){ .sun_family = AF_UNIX };
	address_size = sizeof(address);
	listener = socket(AF_UNIX, SOCK_STREAM, 0);
	REQUIRE(bind(listener, &address.any, sizeof(sa_family_t)));
	REQUIRE(getsockname(listener, &address.any, &address_size));
	REQUIRE(listen(listener, 0));
}

static void *echo(void *argument)
{
	int fd = (int)(long)argument;
	char bytes[700];
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		REQUIRE(send(fd, bytes, (size_t)got, 0) != got);
	REQUIRE(close(fd));
	return NULL;
}

static void *serve(void *argument)
{
	pthread_t threads[CLIENTS];

	(void)argument;
	for (int i = 0; i < CLIENTS; i++) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		REQUIRE(fd < 0);
		threads[i] = check_start(echo, (void *)(long)fd);
	}
	for (int i = 0; i < CLIENTS; i++)
		check_join(threads[i]);
	return NULL;
}

static void *ask(void *argument)
{
	int fd = socket(address.any.sa_family, SOCK_STREAM, 0);
	char sent[MESSAGE], got[MESSAGE];

	memset(sent, (int)(long)argument, sizeof(sent));
	REQUIRE(connect(fd, &address.any, address_size));
	REQUIRE(write(fd, sent, sizeof(sent)) != sizeof(sent));
	REQUIRE(recv(fd, got, sizeof(got), MSG_WAITALL) != sizeof(got));
	REQUIRE(memcmp(sent, got, sizeof(got)));
	REQUIRE(shutdown(fd, SHUT_WR));
	REQUIRE(read(fd, got, 1));
	REQUIRE(close(fd));
	return (void *)1L;
}

static void check_echo(const char *name, void (*make_listener)(void))
{
	pthread_t server, clients[CLIENTS];
	long answered = 0;

	CASE(name);
	make_listener();
	server = check_start(serve, NULL);
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = check_start(ask, (void *)(long)('a' + i));
	for (int i = 0; i < CLIENTS; i++)
		answered += (long)check_join(clients[i]);
	check_join(server);
	CHECK_VALUE(answered, CLIENTS);
	REQUIRE(close(listener));
}

static void check_errors(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char byte;

	CASE("errors");
	CHECK_ERRNO(accept(fd, NULL, NULL), EINVAL);
	CHECK_ERRNO(accept(1, NULL, NULL), ENOTSOCK);
	CHECK_ERRNO(recv(fd, &byte, 1, 0), ENOTCONN);
	CHECK_ERRNO(send(fd, "x", 1, MSG_NOSIGNAL), EPIPE);
	CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTCONN);
	listen_on_loopback();
	REQUIRE(fcntl(listener, F_SETFL, O_NONBLOCK));
	CHECK_ERRNO(accept(listener, NULL, NULL), EAGAIN);
	CHECK_ERRNO(recv(listener, &byte, 1, 0), ENOTCONN);
	REQUIRE(close(listener));
	/* Nobody listens there any more. */
	CHECK_ERRNO(connect(fd, &address.any, address_size), ECONNREFUSED);
	REQUIRE(close(fd));
	CHECK_ERRNO(connect(fd, &address.any, address_size), EBADF);
}

static void check_connecting_without_waiting(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), accepted, error = -1;
	struct pollfd polled = { .fd = fd, .events = POLLOUT };
	socklen_t size = sizeof(error);

	CASE("connecting without waiting");
	listen_on_loopback();
	CHECK_ERRNO(connect(fd, &address.any, address_size), EINPROGRESS);
	CHECK_VALUE(poll(&polled, 1, -1), 1);
	REQUIRE(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size));
	CHECK_VALUE(error, 0);
	accepted = accept(listener, NULL, NULL);
	CHECK_TRUE(accepted >= 0);
	CHECK_VALUE(write(accepted, "x", 1), 1);
	polled.events = POLLIN;
	CHECK_VALUE(poll(&polled, 1, -1), 1);
	REQUIRE(close(fd) || close(accepted) || close(listener));
}

int main(void)
{
	check_echo("TCP", listen_on_loopback);
	check_echo("local", listen_locally);
	check_errors();
	check_connecting_without_waiting();
	return 0;
}
