/* SPDX-License-Identifier: Apache-2.0 */
/* The absolute times that timed calls take, in terms of the virtual clock. */
#ifndef WEFT_RUNTIME_INTERPOSE_DEADLINE_H
#define WEFT_RUNTIME_INTERPOSE_DEADLINE_H

#include "runtime/interpose/hook.h"

/* The clocks that POSIX's and glibc's timed calls accept. */
static inline bool deadline_clock_supported(clockid_t clock)
{
	return clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC;
}

/*
 * The virtual time at which `clock` reaches `time`; 0 when that is long past. Returns EINVAL
 * for another clock, or for nanoseconds that are out of range.
 */
int deadline_from(clockid_t clock, const struct timespec *time, uint64_t *ret_deadline_ns);

#endif
