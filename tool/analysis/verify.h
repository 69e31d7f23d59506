/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Executing again and judging what is seen: the only way by which anything becomes a finding.
 * Each call is one execution on the server.
 */
#ifndef WEFT_TOOL_ANALYSIS_VERIFY_H
#define WEFT_TOOL_ANALYSIS_VERIFY_H

#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/launch/server.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/* What one execution showed. */
struct observation {
	enum finding_kind kind;
	uint64_t hash;	      /* of its events */
	uint64_t key;	      /* see finding_key() */
	uint64_t output_hash; /* if the server's setup asks for it */
	uint32_t decisions_applied;
	uint64_t switches;	     /* between threads */
	uint32_t limits;	     /* enum wire_limit */
	struct recording *recording; /* when asked for; the observer frees it */
	uint64_t *learned; /* accesses that proved to conflict though they were no points */
	size_t learned_count;
	struct wire_race *races; /* seen in it */
	size_t race_count;
	struct wire_misuse *misuses;
	size_t misuse_count;
	char *output; /* with a recording: the end of what the program wrote */
};

struct examiner {
	struct server *server;
	const struct finding_expectation *expectation;
	struct symbols *symbols;    /* of the last recording that symbols were asked for */
	char *maps;		    /* that they belong to */
	uint32_t executions;	    /* counted up */
	struct symbol_cache *cache; /* looked into and filled; or NULL */
	uint64_t watch_block;	    /* of the heap block that the failure was about so far */
	bool (*stopped)(void);	    /* see struct finding_lab; or NULL */
};

void examiner_release(struct examiner *examiner);

/* True when executions that only make a finding better are to end here. */
bool examiner_is_stopped(const struct examiner *examiner);

/* So much of a program's output is kept. */
#define EXAMINER_OUTPUT 16384

/* Executes. Returns 0 or a negative errno. */
int examine(struct examiner *examiner, const struct server_request *request,
	struct observation *ret_observation, struct diag *diag);

/* The same with recording on, of accesses too if the request says so: `recording` is set. */
int examine_recorded(struct examiner *examiner, const struct server_request *request,
	struct observation *ret_observation, struct diag *diag);

/*
 * Executions without any decision, which show most races: they are replayed once for all of
 * them. Zeroed is empty.
 */
#define DEFAULT_REPLAYS 10u

struct default_replays {
	struct observation seen[DEFAULT_REPLAYS];
	uint32_t count;
};

void default_replays_release(struct default_replays *replays);

void observation_release(struct observation *observation);

/* What makes a recorded observation the same bug as another; see locations.h. */
int observation_fingerprint(struct examiner *examiner, const struct observation *observation,
	uint64_t *ret_fingerprint, struct diag *diag);

/*
 * What a recorded observation shows, as a finding without schedule and replays. Takes over its
 * recording and output; the examiner's symbols belong to the finding then. Returns 0 or a
 * negative errno.
 */
int finding_of_observation(struct examiner *examiner, struct observation *observation,
	struct finding **ret_finding, struct diag *diag);

/* Fills in what the reports need of a finding that has its kind, fingerprint and recording. The
 * examiner's symbols belong to the finding then. */
int finding_describe(struct finding *finding, struct examiner *examiner, struct diag *diag);

/* Borrowed from the examiner, until the next call with a recording of another image. */
struct symbols *examiner_symbols(
	struct examiner *examiner, const struct recording *recording, struct diag *diag);

#endif
