/* SPDX-License-Identifier: Apache-2.0 */
/* The clock that all of the tool's time limits are on. */
#ifndef WEFT_TOOL_LAUNCH_CLOCK_H
#define WEFT_TOOL_LAUNCH_CLOCK_H

#include <limits.h>
#include <stdint.h>
#include <time.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

static inline uint64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/* The timeout for poll(2) that does not end before the deadline; UINT64_MAX: none. */
static inline int clock_poll_timeout_ms(uint64_t deadline_ns, uint64_t now_ns)
{
	if (deadline_ns == UINT64_MAX)
		return -1;
	if (deadline_ns <= now_ns)
		return 0;

	uint64_t ms = (deadline_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS;

	return ms > INT_MAX ? INT_MAX : (int)ms;
}

#endif
