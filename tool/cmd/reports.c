/* SPDX-License-Identifier: Apache-2.0 */
/* Writing the reports that were asked for; see reports.h. */
#include "tool/cmd/reports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tool/report/source_root.h"

const struct option_choice report_colors[] = {
	{ "auto", REPORT_COLOR_AUTO },
	{ "always", REPORT_COLOR_ALWAYS },
	{ "never", REPORT_COLOR_NEVER },
	{ NULL, 0 },
};

const struct option_choice report_annotation_choices[] = {
	{ "auto", ANNOTATIONS_AUTO },
	{ "github", ANNOTATIONS_GITHUB },
	{ "none", ANNOTATIONS_NONE },
	{ NULL, 0 },
};

/* The files in the order in which they are written. */
#define FILE_COUNT 4

struct file {
	const char *option;
	const struct report_ops *ops;
	const char *path; /* or NULL */
};

static void list_files(const struct report_options *options, struct file files[FILE_COUNT])
{
	files[0] = (struct file){ "json", &report_json, options->json };
	files[1] = (struct file){ "junit", &report_junit, options->junit };
	files[2] = (struct file){ "sarif", &report_sarif, options->sarif };
	files[3] = (struct file){ "code-quality", &report_code_quality, options->code_quality };
}

static int check_files(const struct report_options *options, struct diag *diag)
{
	struct file files[FILE_COUNT];

	list_files(options, files);
	for (int i = 0; i < FILE_COUNT; i++)
		for (int j = 0; j < i; j++)
			if (files[i].path && files[j].path &&
				strcmp(files[i].path, files[j].path) == 0)
				return diag_set(diag, -EINVAL,
					"'--%s' and '--%s' can't both go to '%s'",
					files[j].option, files[i].option, files[i].path);
	return 0;
}

int reports_prepare(struct report_options *options, struct diag *diag)
{
	int r = check_files(options, diag);

	if (r < 0)
		return r;
	options->root = source_root_find(options->source_root, diag);
	return options->root ? 0 : -ENOENT;
}

void reports_release(struct report_options *options)
{
	free(options->root);
	options->root = NULL;
}

FILE *reports_text_stream(const struct report_options *options)
{
	struct file files[FILE_COUNT];

	list_files(options, files);
	for (int i = 0; i < FILE_COUNT; i++)
		if (files[i].path && strcmp(files[i].path, "-") == 0)
			return stderr;
	return stdout;
}

static bool is_on_github(const struct report_options *options)
{
	const char *actions = getenv("GITHUB_ACTIONS");

	if (options->annotations != ANNOTATIONS_AUTO)
		return options->annotations == ANNOTATIONS_GITHUB;
	return actions && strcmp(actions, "true") == 0;
}

/* What GitHub's runner reads from the step: both streams alike. Returns 0 or negative errno. */
static int annotate(
	const struct report_options *options, const struct report *report, struct diag *diag)
{
	const char *summary = getenv("GITHUB_STEP_SUMMARY");
	FILE *stream = reports_text_stream(options);
	int r = report_annotations.write(report, stream);

	fflush(stream);
	if (r == -ENOMEM)
		return diag_set(diag, r, "no memory for the annotations");
	return summary && summary[0] ? report_append(&report_markdown, report, summary, diag)
				     : 0;
}

int reports_write(const struct report_options *options, struct report *report, const char *name)
{
	struct file files[FILE_COUNT];
	struct diag diag;
	int result = 0;

	report->source_root = options->root;
	list_files(options, files);
	for (int i = 0; i < FILE_COUNT; i++) {
		int r = files[i].path ? report_save(files[i].ops, report, files[i].path, &diag)
				      : 0;

		if (r < 0) {
			command_fail(name, &diag);
			result = r;
		}
	}
	if (is_on_github(options) && annotate(options, report, &diag) < 0) {
		command_fail(name, &diag);
		result = -EIO;
	}
	return result;
}
