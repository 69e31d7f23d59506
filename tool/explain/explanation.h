/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a failing execution is explained by: the pattern of the bug, the acts that make it up,
 * and a sentence in the field's words. See docs/explain.md for what each kind means.
 */
#ifndef WEFT_TOOL_EXPLAIN_EXPLANATION_H
#define WEFT_TOOL_EXPLAIN_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/explain/acts.h"

/* EXPLANATION(symbol, name in files, title): the names are part of the JSON. */
#define EXPLANATION_KINDS(EXPLANATION)                                                \
	EXPLANATION(NONE, "none", "no known pattern")                                 \
	EXPLANATION(LOST_UPDATE, "lost-update", "lost update")                        \
	EXPLANATION(CHECK_THEN_ACT, "check-then-act", "check-then-act")               \
	EXPLANATION(ATOMICITY, "atomicity-violation", "atomicity violation")          \
	EXPLANATION(MULTI_VARIABLE, "multi-variable", "multi-variable inconsistency") \
	EXPLANATION(ORDER, "order-violation", "order violation")                      \
	EXPLANATION(STALE_READ, "stale-read", "stale read")                           \
	EXPLANATION(ABA, "aba", "ABA")                                                \
	EXPLANATION(DEADLOCK, "deadlock", "deadlock")                                 \
	EXPLANATION(LOST_WAKEUP, "lost-wakeup", "lost wakeup")                        \
	EXPLANATION(MISSED_SIGNAL, "missed-signal", "missed signal")                  \
	EXPLANATION(STOLEN_SIGNAL, "stolen-signal", "stolen signal")                  \
	EXPLANATION(SPURIOUS_WAKEUP, "spurious-wakeup", "spurious wakeup")            \
	EXPLANATION(EARLY_TIMEOUT, "early-timeout", "early timeout")                  \
	EXPLANATION(USE_AFTER_FREE, "use-after-free", "use after free")               \
	EXPLANATION(DATA_RACE, "data-race", "data race")

enum explanation_kind {
#define EXPLANATION(symbol, name, title) EXPLANATION_##symbol,
	EXPLANATION_KINDS(EXPLANATION)
#undef EXPLANATION
		EXPLANATION_KIND_COUNT
};

const char *explanation_name(enum explanation_kind kind);
const char *explanation_title(enum explanation_kind kind);

#define EXPLANATION_STEPS_MAX 40
#define EXPLANATION_VARIABLES_MAX 2

/* An act that is shown, and what is to be said at it. */
struct explanation_step {
	uint32_t act;
	bool is_key; /* one of those that the pattern is made of */
	char *note;  /* "overwrites what main.2 wrote"; or NULL */
};

/*
 * What would have prevented it: each region from its first act to its last is atomic, or `act`
 * comes first. Acts stand for their places in the program, whoever comes there.
 */
enum remedy_kind {
	REMEDY_NONE,
	REMEDY_ATOMIC, /* pairs (from, to) in acts */
	REMEDY_ORDER,  /* acts[0] before acts[1] */
};

#define REMEDY_ACTS_MAX 16

struct remedy {
	enum remedy_kind kind;
	uint32_t acts[REMEDY_ACTS_MAX];
	bool in_passing[REMEDY_ACTS_MAX]; /* an act of the execution that passed */
	size_t count;
};

struct explanation {
	enum explanation_kind kind;
	const char *pattern; /* of an atomicity violation: "R-W-R"; static, or NULL */
	int score;	     /* of a candidate: how well it explains the failure */
	uint32_t variables[EXPLANATION_VARIABLES_MAX];
	size_t variable_count;
	struct explanation_step steps[EXPLANATION_STEPS_MAX]; /* in the order of the acts */
	size_t step_count;
	uint32_t missing; /* act of the execution that passed, which never came here; or NONE */
	char *subject;	  /* "`balance`", or NULL */
	char *sentence;	  /* with its full stop */
	struct remedy remedy;
	struct remedy other_remedy; /* tried when that does not hold */
	/* When the remedy was tried and held: */
	char *suggestion;	 /* a sentence, or NULL */
	uint32_t remedy_passed;	 /* executions that passed under it, of as many */
	uint32_t without_failed; /* of the same number without it */
};

void explanation_release(struct explanation *explanation);

/* Adds an act in its place, unless it is WIRE_NONE; one that is there gets the note. Takes over
 * `note`, which may be NULL. */
void explanation_add(struct explanation *explanation, uint32_t act, bool is_key, char *note);

#endif
