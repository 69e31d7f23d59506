/* SPDX-License-Identifier: Apache-2.0 */
/* Local sockets: streams, datagrams, messages with flags, limits of time, descriptors passed
 * on. */
#include "../conformance/check.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#define LARGE (512 * 1024)
#define DATAGRAMS 600

static int pair[2];
static char large[LARGE], copy[LARGE];

static void *send_large(void *argument)
{
	(void)argument;
	return (void *)send(pair[1], large, LARGE, 0);
}

static void *send_large_message(void *argument)
{
	struct iovec parts[2] = { { large, 1000 }, { large + 1000, LARGE - 1000 } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	(void)argument;
	return (void *)sendmsg(pair[1], &message, 0);
}

static void check_whole(void *(*sender)(void *), const char *name)
{
	pthread_t thread;

	CASE(name);
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	memset(copy, 0, LARGE);
	thread = check_start(sender, NULL);
	CHECK_VALUE(recv(pair[0], copy, LARGE, MSG_WAITALL), LARGE);
	CHECK_VALUE((long)check_join(thread), LARGE);
	CHECK_VALUE(memcmp(large, copy, LARGE), 0);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

static void *send_part_and_close(void *argument)
{
	(void)argument;
	REQUIRE(send(pair[1], "part", 4, 0) != 4);
	REQUIRE(shutdown(pair[1], SHUT_WR));
	return NULL;
}

static void check_end(void)
{
	char bytes[16];
	pthread_t thread;

	CASE("end of stream");
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	thread = check_start(send_part_and_close, NULL);
	CHECK_VALUE(recv(pair[0], bytes, sizeof(bytes), MSG_WAITALL), 4);
	CHECK_VALUE(recv(pair[0], bytes, sizeof(bytes), 0), 0);
	check_join(thread);
	CHECK_ERRNO(send(pair[1], "x", 1, MSG_NOSIGNAL), EPIPE);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

static void *send_datagrams(void *argument)
{
	(void)argument;
	for (int i = 0; i < DATAGRAMS; i++)
		REQUIRE(send(pair[1], &i, sizeof(i), 0) != sizeof(i));
	return NULL;
}

static void check_datagrams(int type, const char *name)
{
	pthread_t thread;
	int in_order = 0, number;

	CASE(name);
	REQUIRE(socketpair(AF_UNIX, type, 0, pair));
	thread = check_start(send_datagrams, NULL);
	for (int i = 0; i < DATAGRAMS; i++) {
		REQUIRE(recv(pair[0], &number, sizeof(number), 0) != sizeof(number));
		in_order += number == i;
	}
	check_join(thread);
	CHECK_VALUE(in_order, DATAGRAMS);
	CHECK_ERRNO(recv(pair[0], &number, sizeof(number), MSG_DONTWAIT), EAGAIN);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

static void check_flags(void)
{
	char bytes[8] = "";
	int number = 0;

	CASE("flags");
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair));
	CHECK_ERRNO(recv(pair[0], bytes, 1, 0), EAGAIN);
	CHECK_ERRNO(read(pair[0], bytes, 1), EAGAIN);
	CHECK_VALUE(send(pair[1], "abc", 3, 0), 3);
	CHECK_VALUE(recv(pair[0], bytes, 2, MSG_PEEK), 2);
	CHECK_VALUE(recv(pair[0], bytes, sizeof(bytes), 0), 3);
	CHECK_VALUE(memcmp(bytes, "abc", 3), 0);
	REQUIRE(close(pair[0]) || close(pair[1]));
	CHECK_ERRNO(recv(pair[0], bytes, 1, 0), EBADF);
	REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	CHECK_VALUE(send(pair[1], "abcdef", 6, 0), 6);
	CHECK_VALUE(recv(pair[0], bytes, 2, MSG_TRUNC), 6);
	CHECK_VALUE(send(pair[1], NULL, 0, 0), 0);
	CHECK_VALUE(recv(pair[0], bytes, 2, 0), 0);
	CHECK_ERRNO(recv(1, &number, 1, 0), ENOTSOCK);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

static void check_time_limits(void)
{
	struct timeval limit = { 0, CHECK_TIMEOUT_MS * 1000 };
	struct timespec start = check_time_in(CLOCK_MONOTONIC, 0);
	char byte;

	CASE("time limits");
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	REQUIRE(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	REQUIRE(setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)));
	CHECK_ERRNO(recv(pair[0], &byte, 1, 0), EAGAIN);
	CHECK_TRUE(
		check_ns_since(CLOCK_MONOTONIC, start) >= CHECK_TIMEOUT_MS * CHECK_NS_PER_MS);
	CHECK_ERRNO(read(pair[0], &byte, 1), EAGAIN);
	while (send(pair[0], large, LARGE, 0) > 0)
		continue;
	CHECK_VALUE(errno, EAGAIN);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

static void check_several(void)
{
	char bytes[3][4];
	struct iovec parts[3];
	struct mmsghdr messages[3] = { 0 };
	struct timespec limit = { 1, 0 };

	CASE("several messages");
	REQUIRE(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
	for (int i = 0; i < 3; i++) {
		memset(bytes[i], 'a' + i, sizeof(bytes[i]));
		parts[i] = (struct iovec){ bytes[i], (size_t)i + 1 };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	CHECK_VALUE(sendmmsg(pair[1], messages, 3, 0), 3);
	for (int i = 0; i < 3; i++)
		parts[i].iov_len = sizeof(bytes[i]);
	CHECK_VALUE(recvmmsg(pair[0], messages, 2, 0, &limit), 2);
	CHECK_VALUE(messages[1].msg_len, 2);
	CHECK_VALUE(recvmmsg(pair[0], messages, 3, MSG_WAITFORONE, NULL), 1);
	CHECK_ERRNO(recvmmsg(pair[0], messages, 3, MSG_DONTWAIT, NULL), EAGAIN);
	REQUIRE(close(pair[0]) || close(pair[1]));
}

/* Sends a descriptor over the socket, as SCM_RIGHTS. */
static void check_passing(void)
{
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	char byte = 'd';
	struct iovec part = { &byte, 1 };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	int ends[2], received;

	CASE("passing a descriptor");
	REQUIRE(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	REQUIRE(pipe(ends));
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &ends[1], sizeof(int));
	CHECK_VALUE(sendmsg(pair[1], &message, 0), 1);
	memset(&control, 0, sizeof(control));
	CHECK_VALUE(recvmsg(pair[0], &message, 0), 1);
	memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(int));
	CHECK_VALUE(write(received, "z", 1), 1);
	CHECK_VALUE(read(ends[0], &byte, 1), 1);
	CHECK_VALUE(byte, 'z');
	REQUIRE(close(pair[0]) || close(pair[1]) || close(ends[0]) || close(ends[1]));
	REQUIRE(close(received));
}

int main(void)
{
	for (int i = 0; i < LARGE; i++)
		large[i] = (char)(i * 11 + i / 100);
	check_whole(send_large, "send");
	check_whole(send_large_message, "sendmsg");
	check_end();
	check_datagrams(SOCK_DGRAM, "datagrams");
	check_datagrams(SOCK_SEQPACKET, "sequential packets");
	check_flags();
	check_time_limits();
	check_several();
	check_passing();
	return 0;
}
