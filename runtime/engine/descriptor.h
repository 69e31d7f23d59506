/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What weft knows of each descriptor number: above all whether anybody outside of this process
 * could make it ready. Hooks tell when a descriptor is made, copied or closed; what they could
 * not see stays unknown, which counts as outside. A wrong entry costs a wait in real time or a
 * late verdict; whether a call may go on is always asked from the kernel.
 */
#ifndef WEFT_RUNTIME_ENGINE_DESCRIPTOR_H
#define WEFT_RUNTIME_ENGINE_DESCRIPTOR_H

#include <stdbool.h>
#include <stdint.h>

enum descriptor_kind {
	DESCRIPTOR_UNKNOWN,
	DESCRIPTOR_PAIR,   /* pipe, socketpair, eventfd, timerfd: all ends are here */
	DESCRIPTOR_EPOLL,  /* as its members */
	DESCRIPTOR_SOCKET, /* neither connected nor listening */
	DESCRIPTOR_LISTENER,
	DESCRIPTOR_PEER_HERE, /* connected with a socket of this process */
	DESCRIPTOR_PEER_OUTSIDE,
	DESCRIPTOR_RANDOM, /* /dev/random or /dev/urandom */
	DESCRIPTOR_TIMER,  /* a timerfd on the virtual clock */
};

struct descriptor {
	uint8_t kind;	     /* enum descriptor_kind */
	bool network;	     /* an Internet socket: delivery takes the kernel a moment */
	bool connected_here; /* LISTENER: this process has connected to it itself */
	uint16_t port;	     /* LISTENER, PEER_HERE on the network: the local port */
	uint32_t timer;	     /* TIMER: its number */
};

/* Forgets what was known of `fd` and sets its kind. Returns NULL when the number is out of
 * range. */
struct descriptor *descriptor_set(int fd, enum descriptor_kind kind);

/* Never NULL: what is not known is of kind UNKNOWN. The entry may not be changed. */
const struct descriptor *descriptor_get(int fd);

/* The entry to change, or NULL when the number is out of range. */
struct descriptor *descriptor_edit(int fd);

void descriptor_copy(int from, int to);

/* The descriptors in [first, last] were closed. */
void descriptor_clear(unsigned int first, unsigned int last);

/* In a forked child: what only the parent could reach is now shared with it. */
void descriptor_share_all(void);

/* The first entry of that kind and port, or NULL. */
struct descriptor *descriptor_by_port(enum descriptor_kind kind, uint16_t port);

#endif
