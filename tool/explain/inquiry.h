/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One failure that is being explained: its acts, those of an execution that passed, words for
 * both, and the explanations that have been thought of. Each pattern_*() looks for its kinds
 * and adds candidates; the score says how well one explains this failure, not how often such
 * things are bugs.
 */
#ifndef WEFT_TOOL_EXPLAIN_INQUIRY_H
#define WEFT_TOOL_EXPLAIN_INQUIRY_H

#include "tool/analysis/finding.h"
#include "tool/analysis/naming.h"
#include "tool/explain/acts.h"
#include "tool/explain/counterpart.h"
#include "tool/explain/explanation.h"
#include "tool/symbol/symbols.h"

#define CANDIDATES_MAX 64

struct inquiry {
	const struct finding *finding;
	const struct recording *recording;
	struct symbols *symbols; /* borrowed */
	struct acts acts;
	struct acts passing;	      /* of an execution that passed; without a list: none */
	struct act_index here;	      /* of `acts` */
	struct act_index there;	      /* of `passing` */
	struct symbol_frame **frames; /* by act; NULL until asked for */
	struct explanation candidates[CANDIDATES_MAX];
	size_t candidate_count;
};

/* `passing` may be NULL. All is borrowed. Returns 0 or -ENOMEM; release it in either case. */
int inquiry_begin(struct inquiry *inquiry, const struct finding *finding,
	const struct recording *passing);
void inquiry_release(struct inquiry *inquiry);

/* A new candidate to be filled in, or NULL: there are enough. */
struct explanation *inquiry_add(struct inquiry *inquiry, enum explanation_kind kind, int score);

/* ---- words; short, without folders and addresses ---- */

/* Where an act stands in the user's code; never NULL. */
const struct symbol_frame *inquiry_frame(struct inquiry *inquiry, uint32_t act);

/* "bank.c:21". */
const char *inquiry_place(struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE]);

/* The same of an act of the execution that passed. */
void inquiry_passing_frame(
	struct inquiry *inquiry, uint32_t act, struct symbol_frame *ret_frame);
const char *inquiry_passing_place(
	struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE]);

/* "main.1". */
const char *inquiry_thread(const struct inquiry *inquiry, uint32_t thread);

/* "balance", "table[2].count", "heap block 1 + 8". */
const char *inquiry_variable(
	const struct inquiry *inquiry, uint32_t variable, char text[NAMING_SIZE]);

/* "lock_a": the object of an act's operation. */
const char *inquiry_object(const struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE]);

/* What was read or left, as the program would write it; NULL: not known. */
const char *inquiry_value(struct inquiry *inquiry, uint32_t act, char text[NAMING_SIZE]);

bool inquiry_same_line(struct inquiry *inquiry, uint32_t a, uint32_t b);

/* ---- what the failure hangs on ---- */

/* Up to 60: how near the variable is to what failed. */
int inquiry_relevance(struct inquiry *inquiry, uint32_t variable);

/* The thread that failed, or WIRE_NONE. */
uint32_t inquiry_failing_thread(const struct inquiry *inquiry);

/*
 * What a thread that was stopped would have done next to the variable, going by the execution
 * that passed: its next write there, or WIRE_NONE.
 */
uint32_t inquiry_future_write(struct inquiry *inquiry, uint32_t thread, uint32_t variable);

/* Does the source line of the act decide something? */
bool inquiry_is_check(struct inquiry *inquiry, uint32_t act);

/* Adds all accesses of these two threads to the explanation's variables, as far as there is
 * room, and the last read of them by the thread that failed. */
void inquiry_add_accesses(
	struct inquiry *inquiry, struct explanation *explanation, uint32_t a, uint32_t b);

/* printf to a new string; NULL without memory. */
char *inquiry_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- the patterns ---- */

void pattern_atomicity(struct inquiry *inquiry); /* over one variable, and ABA */
void pattern_variables(struct inquiry *inquiry); /* over two, and stale reads */
void pattern_order(struct inquiry *inquiry);	 /* order violations */
void pattern_deadlock(struct inquiry *inquiry);	 /* of locks; lost and missed signals */
void pattern_signals(struct inquiry *inquiry);	 /* stolen ones, early timeouts */
void pattern_lifetime(struct inquiry *inquiry);	 /* use after free, data races */

#endif
