/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a campaign or a replay hands to the user, in several forms behind one struct of
 * functions. A writer only reads; everything is borrowed for the call.
 */
#ifndef WEFT_TOOL_REPORT_REPORT_H
#define WEFT_TOOL_REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/wire.h"
#include "tool/analysis/finding.h"
#include "tool/diag.h"

/* Version of the JSON, see docs/json.md: raised when a field changes its meaning or goes. */
#define REPORT_JSON_VERSION 1

/* Whether text for people has colours: AUTO is on a terminal, and not when NO_COLOR is set. */
enum report_color { REPORT_COLOR_AUTO, REPORT_COLOR_ALWAYS, REPORT_COLOR_NEVER };

/* How it was run and what came out as a whole. */
struct report {
	char *const *command; /* ends with NULL */
	const char *strategy; /* as given: "auto", "pct" ... */
	uint64_t seed;
	enum wire_carrier carrier;
	enum wire_model model;
	enum wire_points points;
	unsigned int jobs;
	uint64_t executions;
	uint64_t failures;   /* executions that were not as expected */
	uint64_t behaviours; /* distinct */
	uint64_t elapsed_ns;
	uint32_t threads_max; /* in one execution */
	uint32_t limits;      /* enum wire_limit: what was met and could not be controlled */
	uint64_t suppressed_races;
	uint64_t suppressed; /* findings of every kind */
	bool interrupted;
	const char *error;	 /* why it could not go on, or NULL: it ended in order */
	int64_t start_time;	 /* seconds since 1970 */
	const char *source_root; /* see source_root.h */
	struct finding *const *findings;
	size_t finding_count;
	bool notes_fail; /* predictions count as errors, too */
};

struct report_ops {
	const char *name; /* as messages call it: "json" */
	/* Returns 0, or a negative errno: the stream failed or memory is exhausted. */
	int (*write)(const struct report *report, FILE *stream);
};

extern const struct report_ops report_text;
extern const struct report_ops report_json;
extern const struct report_ops report_junit;	    /* JUnit XML */
extern const struct report_ops report_sarif;	    /* SARIF 2.1.0 */
extern const struct report_ops report_code_quality; /* GitLab's Code Quality */
extern const struct report_ops report_annotations;  /* GitHub's workflow commands */
extern const struct report_ops report_markdown;	    /* GitHub's job summary */

/* Writes to a file, all or nothing; "-" is stdout. Returns 0, or a negative errno with `diag`.
 */
int report_save(const struct report_ops *ops, const struct report *report, const char *path,
	struct diag *diag);

/* What else is written to a file in the same way. */
struct report_writer {
	const char *name;				 /* as messages call it */
	int (*write)(const void *context, FILE *stream); /* 0 or a negative errno */
	const void *context;
};

int report_save_with(const struct report_writer *writer, const char *path, struct diag *diag);

/* The same at the end of a file, which is made if there is none. */
int report_append(const struct report_ops *ops, const struct report *report, const char *path,
	struct diag *diag);

/* One finding as text, as soon as it is known; report_text is these one after another. */
int report_finding(const struct finding *finding, enum report_color color, FILE *stream);

/* The same without colours as one string, which the caller frees; NULL: no memory. */
char *report_finding_text(const struct finding *finding);

/*
 * The program's name as a person says it: the last component of the command's first word; "" if
 * there is none.
 */
const char *report_program(const struct report *report);

#endif
