/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of /proc/PID/net: what a socket is, by its inode number. */
#ifndef WEFT_TOOL_STUCK_NET_TABLE_H
#define WEFT_TOOL_STUCK_NET_TABLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_PATH_SIZE 108

/* A line of tcp, tcp6, udp or udp6. */
struct net_entry {
	uint64_t inode;
	bool is_v6;
	bool is_listening;
	struct in6_addr local; /* the first 4 bytes, when it is not v6 */
	struct in6_addr remote;
	uint16_t local_port;
	uint16_t remote_port;
};

/* `line` need not end there. Returns 0 or -EINVAL. */
int net_parse_line(const char *line, bool is_v6, struct net_entry *ret_entry);

/* Finds the socket in the text of one table. Returns 0 or -ENOENT. */
int net_find(const char *text, bool is_v6, uint64_t inode, struct net_entry *ret_entry);

/* Finds the other end of a connection within this table. Returns 0 or -ENOENT. */
int net_find_peer(const char *text, bool is_v6, const struct net_entry *entry,
	struct net_entry *ret_peer);

/* "127.0.0.1:5432", "[::1]:80"; `remote` picks which end. */
void net_address(const struct net_entry *entry, bool remote, char *text, size_t size);

/* The path of a socket in the text of /proc/PID/net/unix, empty if it has none. 0 or -ENOENT.
 */
int net_find_unix(const char *text, uint64_t inode, char path[NET_PATH_SIZE]);

#endif
