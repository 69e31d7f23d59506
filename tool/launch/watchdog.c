/* SPDX-License-Identifier: Apache-2.0 */
/* The limits of one execution as a state machine; see watchdog.h. */
#include "tool/launch/watchdog.h"

/* Progress is sampled this often within the stall limit: it is noticed at most 1/8 late. */
#define SAMPLES_PER_LIMIT 8

void watchdog_begin(struct watchdog *watchdog, uint64_t now_ns)
{
	watchdog->started_ns = now_ns;
	watchdog->progress_ns = now_ns;
	watchdog->checked_ns = now_ns;
	watchdog->acted_ns = now_ns;
	watchdog->steps = 0;
	watchdog->acted = WATCHDOG_NOTHING;
	watchdog->reason = WATCHDOG_FINE;
}

void watchdog_object(struct watchdog *watchdog, enum watchdog_reason reason)
{
	if (watchdog->reason == WATCHDOG_FINE)
		watchdog->reason = reason;
}

static void judge(struct watchdog *watchdog, uint64_t now_ns, uint64_t steps)
{
	watchdog->checked_ns = now_ns;
	if (steps != watchdog->steps) {
		watchdog->steps = steps;
		watchdog->progress_ns = now_ns;
	}
	if (watchdog->stall_limit_ns &&
		now_ns - watchdog->progress_ns >= watchdog->stall_limit_ns)
		watchdog_object(watchdog, WATCHDOG_NO_PROGRESS);
	else if (watchdog->time_limit_ns &&
		 now_ns - watchdog->started_ns >= watchdog->time_limit_ns)
		watchdog_object(watchdog, WATCHDOG_TOO_LONG);
}

static uint64_t patience_ns(enum watchdog_action acted)
{
	return acted == WATCHDOG_ASK ? WATCHDOG_DUMP_NS : WATCHDOG_REAP_NS;
}

enum watchdog_action watchdog_check(struct watchdog *watchdog, uint64_t now_ns, uint64_t steps)
{
	if (watchdog->acted == WATCHDOG_NOTHING) {
		judge(watchdog, now_ns, steps);
		if (watchdog->reason == WATCHDOG_FINE)
			return WATCHDOG_NOTHING;
	} else if (watchdog->acted == WATCHDOG_GIVE_UP ||
		   now_ns - watchdog->acted_ns < patience_ns(watchdog->acted)) {
		return WATCHDOG_NOTHING;
	}
	watchdog->acted++;
	watchdog->acted_ns = now_ns;
	return watchdog->acted;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t watchdog_next_ns(const struct watchdog *watchdog)
{
	uint64_t next_ns = UINT64_MAX;

	if (watchdog->acted == WATCHDOG_GIVE_UP)
		return UINT64_MAX;
	if (watchdog->acted != WATCHDOG_NOTHING)
		return watchdog->acted_ns + patience_ns(watchdog->acted);
	if (watchdog->reason != WATCHDOG_FINE)
		return watchdog->started_ns;
	if (watchdog->stall_limit_ns)
		next_ns = earlier(watchdog->progress_ns + watchdog->stall_limit_ns,
			watchdog->checked_ns + watchdog->stall_limit_ns / SAMPLES_PER_LIMIT +
				1);
	if (watchdog->time_limit_ns)
		next_ns = earlier(next_ns, watchdog->started_ns + watchdog->time_limit_ns);
	return next_ns;
}
