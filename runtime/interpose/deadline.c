/* SPDX-License-Identifier: Apache-2.0 */
/* Absolute times on the virtual clock; see deadline.h. */
#include "runtime/interpose/deadline.h"

#include <errno.h>

#include "runtime/interpose/clock.h"

/* As good as never, and no sum with it overflows. */
#define DEADLINE_LATEST_NS (INT64_MAX / 2)

int deadline_from(clockid_t clock, const struct timespec *time, uint64_t *ret_deadline_ns)
{
	int64_t base_ns = (int64_t)clock_base_ns(clock), time_ns;

	if (!deadline_clock_supported(clock) || time->tv_nsec < 0 ||
		time->tv_nsec >= (long)NS_PER_S)
		return EINVAL;
	if (time->tv_sec < 0)
		time_ns = 0;
	else if (time->tv_sec >= DEADLINE_LATEST_NS / (long)NS_PER_S)
		time_ns = DEADLINE_LATEST_NS;
	else
		time_ns = time->tv_sec * (long)NS_PER_S + time->tv_nsec;
	*ret_deadline_ns = time_ns > base_ns ? (uint64_t)(time_ns - base_ns) : 0;
	return 0;
}
