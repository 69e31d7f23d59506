/* SPDX-License-Identifier: Apache-2.0 */
/* What the calls that wait for several descriptors have in common. */
#ifndef WEFT_RUNTIME_INTERPOSE_POLL_H
#define WEFT_RUNTIME_INTERPOSE_POLL_H

#include "runtime/engine/external.h"
#include "runtime/interpose/hook.h"

struct poll_call {
	/* Asks the kernel with that timeout, zero. Returns as the system call; 0: nothing yet.
	 */
	long (*attempt)(struct poll_call *call, const struct timespec *at_once);
	struct object *object;
	const struct external_fd *fds;
	uint32_t count;
	bool masked; /* with a signal mask of its own: a signal may be let through at each try
		      */
	uint64_t deadline_ns; /* 0: do not wait */
};

/* Tries until there is something, the deadline passes (0), or -EINTR. */
long poll_wait(struct thread *self, struct poll_call *call);

/* The virtual time at which `timeout` from now is over; NULL: never. */
uint64_t poll_deadline(const struct timespec *timeout);

bool poll_timeout_valid(const struct timespec *timeout);

#endif
