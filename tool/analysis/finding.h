/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A finding: one distinct bug, with the schedule that shows it. Made from a failing execution
 *by executing it again: once with recording on, a bounded number of times to find the fewest
 * decisions that still fail, ten times from the final schedule. Nothing is shown as a finding
 *that was not seen in an execution.
 *
 * The order of calls in a campaign, for each execution that ended:
 *
 *	kind = finding_kind_of(&outcome, &expectation);
 *	if (kind == FINDING_NONE)
 *		continue;
 *	key = finding_key(server, &outcome, kind);
 *	if (!findings_note(&findings, key)) {		(else: known already, and counted)
 *		r = finding_new(&lab, &failure, &finding, diag);
 *		r = findings_add(&findings, key, finding);
 *	}
 *
 * and at the end the report writers (tool/report/report.h) go over findings.list.
 */
#ifndef WEFT_TOOL_ANALYSIS_FINDING_H
#define WEFT_TOOL_ANALYSIS_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/diag.h"

struct default_replays;
struct findings;
struct recording;
struct schedule;
struct server;
struct server_outcome;
struct server_setup;
struct suppressions;
struct symbols;

/* FINDING(symbol, name in files): the names are part of the JSON and .weft formats. */
#define FINDING_KINDS(FINDING)                                                             \
	FINDING(NONE, "none")                                                              \
	FINDING(DEADLOCK, "deadlock")                                                      \
	FINDING(LIVELOCK, "livelock")                                                      \
	FINDING(LOST_WAKEUP, "lost-wakeup") /* a deadlock that is known to be one */       \
	FINDING(LOCK_MISUSE, "lock-misuse")                                                \
	FINDING(LOCK_ORDER, "lock-order") /* predicted, not seen */                        \
	FINDING(HANG, "hang") /* the step limit, or no progress on the wall clock */       \
	FINDING(CRASH, "crash")                                                            \
	FINDING(ASSERTION, "assertion")                                                    \
	FINDING(USE_AFTER_FREE, "use-after-free")                                          \
	FINDING(DOUBLE_FREE, "double-free")                                                \
	FINDING(INVALID_FREE, "invalid-free")                                              \
	FINDING(MEMORY_ERROR, "memory-error") /* any other that a sanitizer told */        \
	FINDING(STACK_OVERFLOW, "stack-overflow")                                          \
	FINDING(EXIT_STATUS, "exit-status")                                                \
	FINDING(OUTPUT, "output")                                                          \
	FINDING(DATA_RACE, "data-race")                                                    \
	FINDING(OUTCOME, "outcome")	  /* one of `weft outcomes`, no error by itself */ \
	FINDING(ATOMICITY, "atomicity")	  /* no serial order gives it */                   \
	FINDING(NEVER_TRUE, "never-true") /* of weft_assert_sometimes() */

enum finding_kind {
#define FINDING(symbol, name) FINDING_##symbol,
	FINDING_KINDS(FINDING)
#undef FINDING
		FINDING_KIND_COUNT
};

/* Told, but no error that was seen: a prediction. */
static inline bool finding_is_note(enum finding_kind kind)
{
	return kind == FINDING_LOCK_ORDER;
}

/* Nobody could go on. */
static inline bool finding_is_deadlock(enum finding_kind kind)
{
	return kind == FINDING_DEADLOCK || kind == FINDING_LOST_WAKEUP;
}

/* What an execution by itself shows of that kind: a lost wakeup is known by a comparison. */
static inline enum finding_kind finding_kind_base(enum finding_kind kind)
{
	return kind == FINDING_LOST_WAKEUP ? FINDING_DEADLOCK : kind;
}

const char *finding_kind_name(enum finding_kind kind);
int finding_kind_from_name(const char *name); /* -1: there is none */

/*
 * What makes an execution that ended as expected a finding all the same: something that a whole
 * campaign showed, or that it is one certain outcome.
 */
struct finding_judge {
	enum finding_kind kind;
	uint64_t fingerprint; /* of the finding */
	bool (*shows)(const struct finding_judge *judge, const struct server_outcome *outcome);
	/* The finding in one sentence, which the caller frees; NULL: no memory. */
	char *(*describe)(const struct finding_judge *judge, const struct recording *recording,
		const char *output);
};

/* What an execution must look like to be no finding: taken from the sequential execution. */
struct finding_expectation {
	int exit_status;		   /* usually 0 */
	bool check_output;		   /* --check-output */
	uint64_t output_hash;		   /* of the sequential execution's stdout and stderr */
	bool any_exit_status;		   /* none is a finding */
	const struct finding_judge *judge; /* of those that are as expected; or NULL */
};

/*
 * The kind an ended execution shows; FINDING_NONE when it is as expected, and for the verdicts
 * UNSUPPORTED and DEFECT, which say nothing about the program.
 */
enum finding_kind finding_kind_of(
	const struct server_outcome *outcome, const struct finding_expectation *expectation);

/*
 * A cheap key from what the server's last execution left without recording: equal keys are the
 * same bug for a campaign's purposes, different ones may still prove to be (the fingerprint
 * decides).
 */
uint64_t finding_key(const struct server *server, const struct server_outcome *outcome,
	enum finding_kind kind);

/* A place in the program that a finding names. */
struct finding_location {
	const char *role; /* static: "failed here", "waits here", "acquired here", "runs here",
			     "earlier access", "later access", "freed here",
			     "allocated here" */
	char *thread;	  /* creation path */
	char *function;	  /* or NULL */
	char *file;	  /* as the debug information has it, or NULL */
	char *short_file; /* the same for display */
	char *module;	  /* file name of the executable or library, or NULL */
	uint32_t line;	  /* 0: unknown */
	uint64_t module_offset;
};

/* What came of running the accesses of a race in the other order, too. */
enum race_effect {
	RACE_EFFECT_UNKNOWN, /* not tried, or could not be driven */
	RACE_EFFECT_NONE,    /* the outcome was the same */
	RACE_EFFECT_DIFFERS, /* another output or exit status, and no failure */
	RACE_EFFECT_FAILS,   /* one of the orders failed: see `leads_to` */
};

struct finding {
	enum finding_kind kind;
	uint64_t fingerprint;
	uint64_t first_execution; /* 1-based */
	uint64_t times_seen;	  /* executions of the campaign that showed it */
	uint32_t replays;
	uint32_t replays_reproduced;
	uint32_t preemptions; /* of the minimised schedule */
	bool minimal;	      /* 1-minimal: without any one of its decisions it does not show */
	uint32_t executions_spent; /* on recording, minimising and replaying */
	bool deterministic; /* false: see `reason`; then there is no schedule to rely on */
	bool unrepeated;    /* it never failed again: the recording shows no failure */
	char *reason;	    /* why it did not happen again, naming the first difference */
	char *summary;	    /* the verdict in one sentence, without the kind */
	/* What it is explained by (tool/explain), where a pattern fits; or NULL. */
	const char *story_kind;	     /* "check-then-act"; static */
	char *story_title;	     /* "check-then-act of `balance`" */
	char *story;		     /* one sentence or two */
	char *suggestion;	     /* that was tried and held, or NULL */
	char *name;		     /* of its files: "deadlock-1f3a9c20" */
	char *schedule_path;	     /* as written, or NULL */
	char *unsaved;		     /* why it could not be written, or NULL */
	uint64_t hash;		     /* of the events of its replays */
	char *output;		     /* the end of what the program wrote, or NULL */
	enum race_effect effect;     /* of a race */
	char *effect_words;	     /* the same as a sentence, or NULL: not tried */
	char *leads_to;		     /* name of the finding that the other order was, or NULL */
	struct finding *consequence; /* that finding, until somebody takes it over */
	bool from_prediction; /* seen when a prediction was driven, not in the campaign */
	bool from_race;	      /* seen when a race was run both ways, not in the campaign */
	bool suppressed;      /* by a suppression of the user's: nothing else was done */
	struct finding_location *locations;
	size_t location_count;
	struct schedule *schedule;   /* minimised, or NULL */
	struct recording *recording; /* of the minimised schedule; of the failure without one */
	struct symbols *symbols;     /* of that recording's process image */
};

void finding_free(struct finding *finding);

/* The symbols of the last image, for those who come after. Zeroed is empty. */
struct symbol_cache {
	struct symbols *symbols;
	char *maps; /* that they are of */
};

void symbol_cache_release(struct symbol_cache *cache);

/* Where and how findings are examined; all borrowed for as long as it is used. */
struct finding_lab {
	struct server *server;		  /* idle; what it was doing is gone afterwards */
	const struct server_setup *setup; /* what the server was started with */
	const struct finding_expectation *expectation;
	const char *out_dir;		  /* where NAME.weft is written; NULL: nowhere */
	uint32_t execution_limit;	  /* for minimising; 0: the default of 300 */
	uint32_t replay_count;		  /* 0: the default of ten */
	struct symbol_cache *symbols;	  /* or NULL */
	struct default_replays *defaults; /* see verify.h; or NULL */
	bool hasty; /* time is short: one replay, and races are not run the other way round */
	/*
	 * True when the user wants to see an end: then minimising stops where it is and one
	 * replay is enough. May be NULL.
	 */
	bool (*stopped)(void);
	/* Races that one of them fits are not examined any further; may be NULL. */
	const struct suppressions *suppressions;
	/* Failures that prove to be one of these are not minimised again; may be NULL. */
	const struct findings *known;
};

/* The execution that failed. */
struct finding_failure {
	struct wire_request request;
	uint64_t hash; /* result.hash */
	enum finding_kind kind;
	const uint64_t
		*points; /* as in its struct server_request, as this server's addresses */
	size_t point_count;
	/* For WIRE_STRATEGY_REPLAY: by exact addresses, as in struct server_request. */
	const struct wire_decision *decisions;
	size_t decision_count;
	const struct wire_location *locations;
	size_t location_count;
	const uint32_t *prefix; /* for WIRE_STRATEGY_ENUMERATE */
	size_t prefix_count;
	const struct wire_misuse *misuse; /* LOCK_MISUSE: the one, in this server's addresses */
	const struct wire_race *race;	  /* FINDING_DATA_RACE: as this server's addresses */
};

/*
 * Examines a failure. Returns 0 and a finding that the caller owns (also when it didn't happen
 * again: then `deterministic` is false), or a negative errno when executing itself failed.
 */
int finding_new(const struct finding_lab *lab, const struct finding_failure *failure,
	struct finding **ret_finding, struct diag *diag);

/* The findings of a campaign, merged by fingerprint, in the order of their first execution. */
struct findings {
	struct finding **list;
	size_t count;
	struct finding_known *known;
	size_t known_count;
};

void findings_init(struct findings *findings);
void findings_release(struct findings *findings);

/* The finding with that fingerprint, or NULL. */
struct finding *findings_by_fingerprint(const struct findings *findings, uint64_t fingerprint);

/* True when executions with that key were examined already; then its finding counts one more.
 */
bool findings_note(struct findings *findings, uint64_t key);

/*
 * Takes the finding over, under that key. One with the same fingerprint as an earlier one is
 * freed and counted there. Returns 1 when it is new, 0 when merged, -ENOMEM.
 */
int findings_add(struct findings *findings, uint64_t key, struct finding *finding);

#endif
