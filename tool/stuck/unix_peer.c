/* SPDX-License-Identifier: Apache-2.0 */
/* One request and one answer over netlink; see unix_peer.h. */
#include "tool/stuck/unix_peer.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define ANSWER_SIZE 4096
#define ANSWER_LIMIT_US 200000

static int find_peer(struct nlmsghdr *header, size_t size, uint64_t *ret_peer)
{
	struct unix_diag_msg *message = NLMSG_DATA(header);
	struct rtattr *attribute = (struct rtattr *)(message + 1);
	size_t left;

	if (!NLMSG_OK(header, size) || header->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
		header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return -ENOENT;
	left = header->nlmsg_len - NLMSG_LENGTH(sizeof(*message));
	for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
		uint32_t peer;

		if (attribute->rta_type != UNIX_DIAG_PEER ||
			RTA_PAYLOAD(attribute) < sizeof(peer))
			continue;
		memcpy(&peer, RTA_DATA(attribute), sizeof(peer));
		*ret_peer = peer;
		return 0;
	}
	return -ENOENT;
}

int unix_peer(uint64_t inode, uint64_t *ret_peer)
{
	struct {
		struct nlmsghdr header;
		struct unix_diag_req request;
	} question = {
		.header = { .nlmsg_len = sizeof(question),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST },
		.request = { .sdiag_family = AF_UNIX,
			.udiag_states = UINT32_MAX,
			.udiag_ino = (uint32_t)inode,
			.udiag_show = UDIAG_SHOW_PEER,
			.udiag_cookie = { UINT32_MAX, UINT32_MAX } },
	};
	struct timeval limit = { .tv_usec = ANSWER_LIMIT_US };
	char answer[ANSWER_SIZE] __attribute__((aligned(8)));
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	ssize_t size = -1;

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (send(fd, &question, sizeof(question), 0) == sizeof(question))
		size = recv(fd, answer, sizeof(answer), 0);
	close(fd);
	if (size < (ssize_t)sizeof(struct nlmsghdr))
		return -ENOENT;
	return find_peer((struct nlmsghdr *)answer, (size_t)size, ret_peer);
}
