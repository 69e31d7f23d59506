/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A deadlock that is a lost wakeup: a condition variable was signalled while nobody waited for
 * it, never again after that, and then a thread came to wait. That order alone proves nothing;
 * a program may well signal in vain, and wait in vain for another reason. So it is called lost
 * only when an execution was seen in which the same signal met the same wait, and which ended
 * as it should.
 */
#ifndef WEFT_TOOL_ANALYSIS_LOST_WAKEUP_H
#define WEFT_TOOL_ANALYSIS_LOST_WAKEUP_H

#include "tool/analysis/verify.h"

struct lost_wakeup {
	uint32_t waiter; /* thread */
	uint32_t signal; /* event */
};

/*
 * The last signal of what `thread` waits for, if nobody heard it and the wait came after it:
 * index of its event, or WIRE_NONE.
 */
uint32_t lost_wakeup_signal(const struct recording *recording, uint32_t thread);

/*
 * Whether the deadlock looks like one: the thread that keeps everybody waiting waits for a
 * condition variable whose last signal nobody heard.
 */
bool lost_wakeup_find(const struct recording *recording, struct lost_wakeup *ret_lost);

/*
 * Looks for an execution that passes because the signal was heard; `points` as in the request
 * that failed. Returns 1 when one was seen, 0 when not, or a negative errno.
 */
int lost_wakeup_confirm(struct examiner *examiner, const struct recording *recording,
	const struct server_request *points, struct diag *diag);

#endif
