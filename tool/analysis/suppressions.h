/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user does not want to hear of, in the syntax of ThreadSanitizer's suppression files:
 * lines of `KIND:PATTERN`, comments after '#' at the start of a line. In a pattern '*' stands
 * for anything, '^' and '$' for the start and the end; without these it may lie anywhere. A
 * pattern is held against the function, the file and the module of each frame.
 */
#ifndef WEFT_TOOL_ANALYSIS_SUPPRESSIONS_H
#define WEFT_TOOL_ANALYSIS_SUPPRESSIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/* SUPPRESSION(symbol, name in files) */
#define SUPPRESSION_KINDS(SUPPRESSION)    \
	SUPPRESSION(RACE, "race")         \
	SUPPRESSION(RACE_TOP, "race_top") \
	SUPPRESSION(MUTEX, "mutex")       \
	SUPPRESSION(THREAD, "thread")     \
	SUPPRESSION(SIGNAL, "signal")     \
	SUPPRESSION(DEADLOCK, "deadlock") \
	SUPPRESSION(LIBRARY, "called_from_lib")

enum suppression_kind {
#define SUPPRESSION(symbol, name) SUPPRESSION_##symbol,
	SUPPRESSION_KINDS(SUPPRESSION)
#undef SUPPRESSION
		SUPPRESSION_KIND_COUNT
};

struct suppression {
	enum suppression_kind kind;
	char *pattern;
	uint64_t findings; /* that it kept silent; counted by whoever asks */
};

/* Zeroed is empty. */
struct suppressions {
	struct suppression *list;
	size_t count;
};

const char *suppression_kind_name(enum suppression_kind kind);

/*
 * Adds those of a text or a file. Returns 0, or a negative errno with "FILE:LINE: what is
 * wrong" in `diag`.
 */
int suppressions_parse(struct suppressions *suppressions, const char *name, const char *text,
	struct diag *diag);
int suppressions_read(struct suppressions *suppressions, const char *path, struct diag *diag);

/*
 * Adds those of the file that `suppressions=` in the value of TSAN_OPTIONS names: relative to
 * where weft is, or beside the program. NULL is fine.
 */
int suppressions_read_options(struct suppressions *suppressions, const char *tsan_options,
	const char *program, struct diag *diag);

void suppressions_release(struct suppressions *suppressions);

/* Whether the pattern fits the text; never if that is NULL or empty. */
bool suppression_fits(const char *pattern, const char *text);

/* The first of that kind that fits a frame, or NULL. */
struct suppression *suppressions_find(const struct suppressions *suppressions,
	enum suppression_kind kind, struct symbols *symbols, const struct symbol_frame *frames,
	size_t count);

/* The first that fits the race that the recording is about, or NULL. */
struct suppression *suppressions_find_race(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording);

/*
 * The same for the misuse that it is about: `thread` for a thread that was left behind,
 * `signal` for a call in a handler, `mutex` for all others.
 */
struct suppression *suppressions_find_misuse(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording);

/* And for the cycle in the order of its locks: `deadlock`, at any place where one is taken. */
struct suppression *suppressions_find_cycle(const struct suppressions *suppressions,
	struct symbols *symbols, const struct recording *recording);

/* How many findings they kept silent. */
uint64_t suppressions_findings(const struct suppressions *suppressions);

#endif
