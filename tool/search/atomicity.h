/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Operations that should be atomic: all serial executions are enumerated, and an execution
 * whose outcome none of them has is a finding. When they can't all be had within the limits,
 * nothing is judged, and that is said.
 */
#ifndef WEFT_TOOL_SEARCH_ATOMICITY_H
#define WEFT_TOOL_SEARCH_ATOMICITY_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/analysis/serial.h"
#include "tool/search/campaign.h"
#include "tool/search/failures.h"
#include "tool/search/points.h"

#define SERIAL_EXECUTIONS_MAX 5000
#define SERIAL_TIME_NS (20 * UINT64_C(1000000000))

/* What a command says when that is so, and, for a program that is not instrumented, adds. */
#define ATOMICITY_NOT_JUDGED                                                \
	"whether the operations are atomic was not judged: not all serial " \
	"executions could be tried"
#define ATOMICITY_ADVICE "; built with -fsanitize=thread, fewer have to be"

/* What the serial executions of a program are, as far as is known. Zero all but the settings.
 */
struct serial_search {
	/* Settings, borrowed. */
	struct server *server;
	bool instrumented;	/* conflicting accesses are known, or will be */
	uint64_t time_limit_ns; /* 0: SERIAL_TIME_NS, which is the most */
	bool (*stopped)(void);	/* may be NULL */

	struct serial_set set;
	struct points points; /* accesses that conflict, as this server's addresses */
	uint64_t executions;
	bool complete;
	const char *why_not; /* static */
};

/*
 * Enumerates them, again and again while accesses prove to conflict that were not known.
 * Returns 0 or a negative errno.
 */
int serial_search_run(struct serial_search *search, struct diag *diag);

void serial_search_release(struct serial_search *search);

/* Of a campaign. Zero all but the settings. */
struct atomicity {
	/* Settings, borrowed. */
	struct failures *failures;
	bool instrumented;
	uint64_t time_limit_ns; /* see struct serial_search */

	struct serial_search search;
	struct pc_map known;	 /* identities that are fine */
	struct finding *finding; /* borrowed from the failures, once there is one */
	struct finding_expectation expectation;
	uint64_t foreign; /* executions with an outcome that no serial one has */
	bool searched;
	bool gave_up; /* not all serial executions could be had: search.why_not */
};

/*
 * For struct campaign_observer.passed: an execution that ended as expected. Returns 1 when it
 * is a new finding.
 */
int atomicity_take(struct atomicity *atomicity, const struct campaign_failure *execution,
	struct diag *diag);

void atomicity_release(struct atomicity *atomicity);

#endif
