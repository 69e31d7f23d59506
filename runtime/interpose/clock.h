/* SPDX-License-Identifier: Apache-2.0 */
/* The program's clocks in terms of the virtual one. */
#ifndef WEFT_RUNTIME_INTERPOSE_CLOCK_H
#define WEFT_RUNTIME_INTERPOSE_CLOCK_H

#include "runtime/interpose/hook.h"

#define NS_PER_S UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_US UINT64_C(1000)

/* What `clock` shows at virtual time 0, in nanoseconds. */
uint64_t clock_base_ns(clockid_t clock);

/* Whether the fields are in range. */
static inline bool clock_time_valid(const struct timespec *time)
{
	return time->tv_sec >= 0 && time->tv_nsec >= 0 && time->tv_nsec < (long)NS_PER_S;
}

static inline uint64_t clock_time_ns(const struct timespec *time)
{
	/* Far beyond the end of any execution: as good as never. */
	if ((uint64_t)time->tv_sec > UINT64_MAX / NS_PER_S / 4)
		return UINT64_MAX / 4;
	return (uint64_t)time->tv_sec * NS_PER_S + (uint64_t)time->tv_nsec;
}

static inline void clock_time_set(struct timespec *time, uint64_t ns)
{
	time->tv_sec = (time_t)(ns / NS_PER_S);
	time->tv_nsec = (long)(ns % NS_PER_S);
}

/* The virtual time at which `clock` shows `time`; 0 when that is before the start. */
uint64_t clock_deadline_ns(clockid_t clock, const struct timespec *time);

#endif
