/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is measured, and what is claimed of it. A case is a few contestants that take their
 * samples by turns, so that whatever else the machine does meets all of them, and claims over
 * their medians.
 */
#ifndef WEFT_BENCH_CASES_H
#define WEFT_BENCH_CASES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/contestant.h"

#define CASE_CONTESTANTS_MAX 8
#define CASE_CLAIMS_MAX 8

struct claim {
	const char *name;
	const char *unit; /* empty for a ratio */
	double value;
	double target;	  /* 0: measured only, nothing is claimed */
	bool is_at_least; /* the target is a lower bound; else an upper one */
};

struct bench_case {
	const char *name;
	const char *title;
	struct contestant contestants[CASE_CONTESTANTS_MAX]; /* those with a name */
	/* Computes the claims from the contestants' medians; returns how many. */
	size_t (*judge)(const struct contestant *contestants, struct claim *ret_claims);
	struct claim claims[CASE_CLAIMS_MAX];
	size_t claim_count;
	bool is_optional; /* not every kernel can do it: what fails is left out */
	bool is_unwanted;
	const char *skipped; /* why it was not measured; NULL: it was */
};

/* Where the programs under test are, and what they read. */
struct case_paths {
	const char *racy_loop;	 /* built with -fsanitize=thread */
	const char *two_threads; /* an ordinary build */
	const char *api_calls;	 /* the same */
	const char *api_nothing; /* the same program without the calls */
	const char *memory_pass; /* the next three built with -fsanitize=thread */
	const char *lock_heavy;
	const char *atomics_heavy;
	const char *pbzip2;	    /* built likewise; NULL: it could not be */
	const char *pbzip2_missing; /* why */
	const char *pigz;	    /* NULL: not installed */
	const char *big_file;	    /* for pigz and pbzip2 */
};

/* All cases, in the order of the table; `ret_count` of them. They are static. */
struct bench_case *cases_make(const struct case_paths *paths, size_t *ret_count);

static inline bool claim_is_met(const struct claim *claim)
{
	return claim->is_at_least ? claim->value >= claim->target
				  : claim->value <= claim->target;
}

#endif
