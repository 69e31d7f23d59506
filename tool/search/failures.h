/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a campaign does about a failing execution: a failure like an earlier one is only
 * counted, a new one is executed again, minimised, replayed and saved
 * (tool/analysis/finding.h), on a server of its own, so that the workers' executions are not
 * disturbed.
 */
#ifndef WEFT_TOOL_SEARCH_FAILURES_H
#define WEFT_TOOL_SEARCH_FAILURES_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/verify.h"
#include "tool/diag.h"
#include "tool/launch/server.h"
#include "tool/search/campaign.h"

/*
 * Failures that differ are examined up to this number: a program whose failures all look
 * different must not turn the campaign into one endless examination.
 */
#define EXAMINATIONS_MAX 100

/*
 * The time that minimising one failure should take at most, as far as the duration of the
 * failing execution tells: one that hangs takes as long in every trial.
 */
#define EXAMINATION_NS (UINT64_C(30) * 1000000000)

/*
 * An execution that does nothing for its stall limit hangs when that is this much longer than
 * whole executions take. Otherwise it may only be slow, and is given PATIENCE times the limit
 * before it is called a hang.
 */
#define STALL_OVER_TYPICAL 20
#define PATIENCE 3

/*
 * The same for one that came to its step limit: where no whole execution is known, or those
 * take nearly as long, it is given so many times the operations before it is called endless.
 */
#define STEP_PATIENCE 10

/* Zero all but the settings. */
struct failures {
	/* Settings, borrowed. */
	const struct server_setup *setup;
	bool (*stopped)(void); /* see struct finding_lab */
	const struct finding_expectation *expectation;
	const struct suppressions *suppressions; /* may be NULL */
	const char *out_dir;			 /* made when the first schedule is saved */
	void *context;
	/* A failure is about to be examined, which takes a while; may be NULL. */
	void (*examining)(void *context, const struct campaign_failure *failure);
	/* It is a new finding. */
	void (*found)(void *context, const struct finding *finding);

	bool hasty; /* see struct finding_lab */

	struct findings findings;
	struct server_setup own_setup; /* of the server: `setup` with another stall limit */
	uint64_t slow;	  /* executions that seemed to stand still, and would have gone on */
	uint64_t lengthy; /* that came to the step limit, and to their end with a higher one */
	struct server *server;
	struct symbol_cache symbols;
	struct default_replays defaults;
	uint64_t examinations;
	uint64_t unexamined; /* failing executions that were left out for EXAMINATIONS_MAX */
	bool out_dir_failed;
	struct diag out_dir_diag; /* why, if it did */
};

/* For struct campaign_observer; `context` is a struct failures. */
int failures_take(void *context, const struct campaign_failure *failure, struct diag *diag);

/*
 * The server, started if need be, at the point before main. `typical_ns` is how long whole
 * executions take. Returns 0 or a negative errno.
 */
int failures_start_server(struct failures *failures, uint64_t typical_ns, struct diag *diag);

/* Examines an execution on it: see finding_new(). */
int failures_examine(struct failures *failures, const struct campaign_failure *failure,
	struct finding **ret_finding, struct diag *diag);

/* Ends the server and frees the findings. */
void failures_release(struct failures *failures);

#endif
