/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports that a command is asked for: their options, the same for each command that makes
 * findings, and writing all of them, whatever becomes of one.
 */
#ifndef WEFT_TOOL_CMD_REPORTS_H
#define WEFT_TOOL_CMD_REPORTS_H

#include <stdbool.h>
#include <stdio.h>

#include "tool/cmd/options.h"
#include "tool/report/report.h"

/* The files are NULL unless asked for. */
struct report_options {
	const char *json;
	const char *junit;
	const char *sarif;
	const char *code_quality;
	const char *source_root; /* as given, or NULL */
	int color;		 /* enum report_color */
	int annotations;	 /* enum report_annotations */
	char *root;		 /* the source root that was found */
};

enum report_annotations { ANNOTATIONS_AUTO, ANNOTATIONS_GITHUB, ANNOTATIONS_NONE };

extern const struct option_choice report_colors[];
extern const struct option_choice report_annotation_choices[];

/* The lines of an option table for a `struct report_options`. */
#define REPORT_OPTIONS(options)                                                               \
	{ .name = "json",                                                                     \
		.kind = OPTION_TEXT,                                                          \
		.value_name = "FILE",                                                         \
		.help = "write the result as JSON ('-': to stdout)",                          \
		.target = &(options).json },                                                  \
		{ .name = "junit",                                                            \
			.kind = OPTION_TEXT,                                                  \
			.value_name = "FILE",                                                 \
			.help = "the same as JUnit XML, for CI servers",                      \
			.target = &(options).junit },                                         \
		{ .name = "sarif",                                                            \
			.kind = OPTION_TEXT,                                                  \
			.value_name = "FILE",                                                 \
			.help = "the same as SARIF 2.1.0, for code hosts and editors",        \
			.target = &(options).sarif },                                         \
		{ .name = "code-quality",                                                     \
			.kind = OPTION_TEXT,                                                  \
			.value_name = "FILE",                                                 \
			.help = "the same as GitLab's Code Quality report",                   \
			.target = &(options).code_quality },                                  \
		{ .name = "source-root",                                                      \
			.kind = OPTION_TEXT,                                                  \
			.value_name = "DIR",                                                  \
			.help = "reports name files from here (default: the git repository)", \
			.target = &(options).source_root },                                   \
		{ .name = "annotations",                                                      \
			.kind = OPTION_CHOICE,                                                \
			.choices = report_annotation_choices,                                 \
			.help = "annotate source lines in CI (default auto: in GitHub's)",    \
			.target = &(options).annotations },                                   \
	{                                                                                     \
		.name = "color", .kind = OPTION_CHOICE, .choices = report_colors,             \
		.help = "colours (default auto: on a terminal, unless NO_COLOR is set)",      \
		.target = &(options).color                                                    \
	}

/*
 * Before anything is run: finds the source root, and refuses two reports in one place. Returns
 * 0 or a negative errno with `diag`.
 */
int reports_prepare(struct report_options *options, struct diag *diag);

void reports_release(struct report_options *options);

/* Where text for people goes: not between a report on stdout. */
FILE *reports_text_stream(const struct report_options *options);

/*
 * Writes all reports that are asked for, and annotations where they are wanted; fills the
 * report's source root. Each one that fails gets a line on stderr from the command `name`.
 * Returns 0, or the last failure as a negative errno.
 */
int reports_write(
	const struct report_options *options, struct report *report, const char *name);

#endif
