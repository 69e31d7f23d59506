/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many executions of one program, by several workers, until a limit is reached.
 *
 * What a campaign does is a function of its seed alone, not of the number of workers or of
 * timing: executions are numbered from 1, each has its strategy and seed by its number, results
 * are looked at in the order of the numbers, and what they teach (memory accesses that
 * conflict, orders not yet tried, the length of an execution) is used from the next batch on.
 * A program that calls weft_check() has one search for each call; they take turns.
 * Batches have one execution at first and grow slowly, up to a limit. Only where a time limit
 * or an interrupt cuts it off depends on time.
 */
#ifndef WEFT_TOOL_SEARCH_CAMPAIGN_H
#define WEFT_TOOL_SEARCH_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/diag.h"
#include "tool/launch/server.h"
#include "tool/search/portfolio.h"

#define CAMPAIGN_JOBS_MAX 256

struct campaign_options {
	const struct server_setup *setup;
	enum search_strategy strategy;
	uint64_t seed;
	uint64_t schedules; /* executions at most; 0: no limit */
	uint64_t time_ns;   /* wall-clock time at most; 0: no limit */
	unsigned int jobs;  /* workers; 1 to CAMPAIGN_JOBS_MAX */
	bool first;	    /* stop at the first finding */
	int stop_fd;	    /* readable when the campaign is to end early; -1: none */
};

struct campaign_stats {
	uint64_t executions; /* whose results were looked at */
	uint64_t failures;   /* of these, how many were not as expected */
	uint64_t steps;
	uint64_t behaviours; /* distinct */
	uint64_t points;     /* memory accesses that are scheduling points */
	uint64_t findings;   /* as the observer counts them */
	uint64_t elapsed_ns;
	uint64_t search_ns;   /* of it, without the time in which failures were examined */
	uint64_t unsupported; /* executions with something that weft can't control */
	uint64_t typical_ns;  /* the longest execution that ended by itself; 0: none */
	uint32_t threads_max; /* created in one execution */
	uint32_t checks;      /* calls of weft_check(), each explored by itself; 0: none */
	uint32_t limits;      /* all bits of enum wire_limit that were seen */
	/*
	 * With several jobs, the execution that failed while others ran beside it, and not
	 * alone; 0: none. After it there was one execution at a time.
	 */
	uint64_t disturbed_execution;
	enum finding_kind disturbed_kind; /* how it had failed */
	bool interrupted;
	bool defect;		       /* a defect of weft ended it */
	char unsupported_message[512]; /* of the first one */
};

/* An execution that was not as expected. */
struct campaign_failure {
	struct finding_failure failure; /* addresses are those of `image` */
	uint64_t key;			/* see finding_key() */
	const struct server_outcome *outcome;
	const struct modules *image;
	uint64_t typical_ns; /* the longest that any execution took that ended by itself; 0:
				none */
};

/* Who is told what happens. Called between executions, from within campaign_run. */
struct campaign_observer {
	void *context;
	/*
	 * An execution failed; the failure is borrowed for the call. Returns 1 if that is a new
	 * finding, 0 if it is a known one or none, or a negative errno with `diag` filled,
	 * which ends the campaign.
	 */
	int (*failed)(void *context, const struct campaign_failure *failure, struct diag *diag);
	/*
	 * The same for an execution in which races were seen, failed or not, after its failure:
	 * they are in its outcome, as addresses of `image`. NULL: races don't matter.
	 */
	int (*raced)(
		void *context, const struct campaign_failure *execution, struct diag *diag);
	/* The same for misuses of locks and threads. */
	int (*misused)(
		void *context, const struct campaign_failure *execution, struct diag *diag);
	/* The same for an execution that ended by itself, as expected; its kind is NONE. */
	int (*passed)(
		void *context, const struct campaign_failure *execution, struct diag *diag);
	/* Something moved, or a second passed; may be NULL. */
	void (*progress)(void *context, const struct campaign_stats *stats);
};

/*
 * Runs the campaign. `expectation` says what an execution must look like; its output hash is
 * filled in from the first execution. Returns 0, or a negative errno with `diag` filled when it
 * could not go on; `ret_stats` is filled in both cases.
 */
int campaign_run(const struct campaign_options *options,
	struct finding_expectation *expectation, const struct campaign_observer *observer,
	struct campaign_stats *ret_stats, struct diag *diag);

/* The size of the batch that begins with this execution. */
uint64_t campaign_batch_size(uint64_t first_execution);

#endif
