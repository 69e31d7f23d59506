/* SPDX-License-Identifier: Apache-2.0 */
/* The other end of a connected socket of this machine, asked of the kernel by sock_diag(7). */
#ifndef WEFT_TOOL_STUCK_UNIX_PEER_H
#define WEFT_TOOL_STUCK_UNIX_PEER_H

#include <stdint.h>

/*
 * The inode number of the peer of the unix socket with this one. Returns 0, or a negative
 * errno: it has none, or lives in another network namespace.
 */
int unix_peer(uint64_t inode, uint64_t *ret_peer);

#endif
