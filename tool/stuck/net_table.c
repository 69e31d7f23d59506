/* SPDX-License-Identifier: Apache-2.0 */
/* Reads /proc/PID/net; see net_table.h. Addresses are hexadecimal words in host order. */
#include "tool/stuck/net_table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define STATE_LISTEN 10
#define DIGITS_V4 8
#define DIGITS_V6 32

static bool parse_address(
	const char *text, bool is_v6, struct in6_addr *ret_address, uint16_t *ret_port)
{
	size_t digits = is_v6 ? DIGITS_V6 : DIGITS_V4;
	unsigned int port;

	memset(ret_address, 0, sizeof(*ret_address));
	for (size_t i = 0; i < digits / 8; i++) {
		unsigned int word;
		int length;

		if (sscanf(text + i * 8, "%8x%n", &word, &length) != 1 || length != 8)
			return false;
		memcpy(&ret_address->s6_addr[i * 4], &word, 4);
	}
	if (sscanf(text + digits, ":%4x", &port) != 1)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

int net_parse_line(const char *line, bool is_v6, struct net_entry *ret_entry)
{
	struct net_entry entry = { .is_v6 = is_v6 };
	char local[64], remote[64];
	unsigned long long inode;
	unsigned int state;

	if (sscanf(line, " %*d: %63s %63s %2x %*s %*s %*s %*u %*u %llu", local, remote, &state,
		    &inode) != 4)
		return -EINVAL;
	if (strlen(local) < (is_v6 ? DIGITS_V6 : DIGITS_V4) ||
		strlen(remote) < (is_v6 ? DIGITS_V6 : DIGITS_V4) ||
		!parse_address(local, is_v6, &entry.local, &entry.local_port) ||
		!parse_address(remote, is_v6, &entry.remote, &entry.remote_port))
		return -EINVAL;
	entry.inode = inode;
	entry.is_listening = state == STATE_LISTEN;
	*ret_entry = entry;
	return 0;
}

static const char *next_line(const char *line)
{
	const char *newline = strchr(line, '\n');

	return newline && newline[1] ? newline + 1 : NULL;
}

int net_find(const char *text, bool is_v6, uint64_t inode, struct net_entry *ret_entry)
{
	for (const char *line = text; line; line = next_line(line))
		if (net_parse_line(line, is_v6, ret_entry) == 0 && ret_entry->inode == inode)
			return 0;
	return -ENOENT;
}

int net_find_peer(
	const char *text, bool is_v6, const struct net_entry *entry, struct net_entry *ret_peer)
{
	for (const char *line = text; line; line = next_line(line)) {
		if (net_parse_line(line, is_v6, ret_peer) == 0 && ret_peer->inode != 0 &&
			ret_peer->local_port == entry->remote_port &&
			ret_peer->remote_port == entry->local_port &&
			!memcmp(&ret_peer->local, &entry->remote, sizeof(entry->remote)) &&
			!memcmp(&ret_peer->remote, &entry->local, sizeof(entry->local)))
			return 0;
	}
	return -ENOENT;
}

void net_address(const struct net_entry *entry, bool remote, char *text, size_t size)
{
	char host[INET6_ADDRSTRLEN] = "?";

	inet_ntop(entry->is_v6 ? AF_INET6 : AF_INET, remote ? &entry->remote : &entry->local,
		host, sizeof(host));
	snprintf(text, size, entry->is_v6 ? "[%s]:%u" : "%s:%u", host,
		remote ? entry->remote_port : entry->local_port);
}

/* Num: RefCount Protocol Flags Type St Inode Path */
int net_find_unix(const char *text, uint64_t inode, char path[NET_PATH_SIZE])
{
	for (const char *line = text; line; line = next_line(line)) {
		unsigned long long number;
		int length = 0;
		size_t path_len;

		if (sscanf(line, "%*x: %*x %*x %*x %*x %*x %llu%n", &number, &length) != 1 ||
			number != inode || length == 0)
			continue;
		line += length;
		line += *line == ' ';
		path_len = strcspn(line, "\n");
		snprintf(path, NET_PATH_SIZE, "%.*s", (int)path_len, line);
		return 0;
	}
	return -ENOENT;
}
