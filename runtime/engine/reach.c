/* SPDX-License-Identifier: Apache-2.0 */
/* Who could make a descriptor ready; see reach.h. An epoll is as its members, which the kernel
 * lists. */
#include "runtime/engine/reach.h"

#include "common/bytes.h"
#include "runtime/engine/descriptor.h"
#include "runtime/engine/runtime.h"
#include "runtime/sys/memory.h"

#define MEMBERS_TEXT_SIZE 65536u
#define MEMBER_KEY "tfd:"

static enum external_reach reach_plain(const struct descriptor *descriptor)
{
	switch ((enum descriptor_kind)descriptor->kind) {
	case DESCRIPTOR_PAIR:
	case DESCRIPTOR_TIMER:
		return REACH_PROCESS;
	case DESCRIPTOR_PEER_HERE:
		return descriptor->network ? REACH_KERNEL : REACH_PROCESS;
	case DESCRIPTOR_LISTENER:
		if (descriptor->connected_here)
			return descriptor->network ? REACH_KERNEL : REACH_PROCESS;
		return REACH_ANYONE;
	case DESCRIPTOR_SOCKET:
		return REACH_ANYONE;
	default:
		/* An epoll within an epoll, too: its members are not looked at. */
		return REACH_OUTSIDE;
	}
}

/* Writes the path of the kernel's description of the descriptor. */
static void description_path(int fd, char *path, size_t size)
{
	char digits[12];
	size_t count = 0, len;

	string_copy(path, "/proc/self/fdinfo/", size);
	len = string_len(path);
	do {
		digits[count++] = (char)('0' + fd % 10);
		fd /= 10;
	} while (fd);
	while (count && len + 1 < size)
		path[len++] = digits[--count];
	path[len] = '\0';
}

/* Parses the next member from *text on, which it moves behind it. Returns -1 at the end. */
static int next_member(const char **text)
{
	const char *p = *text;
	int fd = 0;

	for (; *p; p++) {
		const char *key = MEMBER_KEY;
		const char *q = p;

		while (*key && *q == *key) {
			key++;
			q++;
		}
		if (!*key) {
			p = q;
			break;
		}
	}
	if (!*p)
		return -1;
	while (*p == ' ')
		p++;
	for (; *p >= '0' && *p <= '9'; p++)
		fd = fd * 10 + (*p - '0');
	*text = p;
	return fd;
}

static enum external_reach reach_of_epoll(int fd)
{
	static char *text;
	const char *rest;
	enum external_reach reach = REACH_PROCESS;
	char path[40];
	size_t len;
	int member;

	if (!text)
		text = arena_alloc(&runtime.arena, MEMBERS_TEXT_SIZE);
	description_path(fd, path, sizeof(path));
	len = memory_read_file(path, text, MEMBERS_TEXT_SIZE - 1);
	/* Unreadable, or more members than fit. */
	if (len == 0 || len == MEMBERS_TEXT_SIZE - 1)
		return REACH_OUTSIDE;
	text[len] = '\0';
	rest = text;
	while ((member = next_member(&rest)) >= 0) {
		enum external_reach own = reach_plain(descriptor_get(member));

		if (own > reach)
			reach = own;
	}
	return reach;
}

enum external_reach reach_of_descriptor(int fd)
{
	const struct descriptor *descriptor = descriptor_get(fd);

	if (descriptor->kind == DESCRIPTOR_EPOLL)
		return reach_of_epoll(fd);
	return reach_plain(descriptor);
}
