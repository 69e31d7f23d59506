/* SPDX-License-Identifier: Apache-2.0 */
/* A finding's schedule into its file; see finding_save.h. */
#include "tool/analysis/finding_save.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/launch/input.h"
#include "tool/launch/server.h"
#include "tool/trace/names.h"
#include "tool/trace/schedule.h"

/* Both accesses of a race, else the first place. */
static const char *where_of(const struct finding *finding, struct schedule *schedule)
{
	size_t count = finding->kind == FINDING_DATA_RACE ? 2 : 1;
	const char *kept = NULL;
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	for (size_t i = 0; i < count && i < finding->location_count; i++) {
		const struct finding_location *location = &finding->locations[i];

		if (location->short_file)
			fprintf(stream, "%s%s:%u%s%s", i ? ", " : "", location->short_file,
				location->line, location->function ? " " : "",
				location->function ? location->function : "");
	}
	if (fclose(stream) == 0 && size)
		kept = schedule_keep(schedule, text);
	free(text);
	return kept;
}

/* What the program read from stdin goes beside the schedule, which does not replay without. */
static int save_input(const struct finding_lab *lab, struct finding *finding)
{
	char *path = NULL;
	struct diag diag;

	if (lab->setup->input_fd < 0)
		return 0;
	if (asprintf(&path, "%s/%s.input", lab->out_dir, finding->name) < 0)
		return -ENOMEM;
	finding->schedule->input = schedule_keep(finding->schedule, path);
	if (input_save(lab->setup->input_fd, path, &diag) < 0)
		finding->unsaved = strdup(diag.text);
	free(path);
	return finding->schedule->input ? 0 : -ENOMEM;
}

/* The file opens with what it shows, for those who meet it in a code review. */
static const char *comment_of(const struct finding *finding, struct schedule *schedule)
{
	const char *kept = NULL;
	char *text = NULL;

	if (asprintf(&text, "%s: %s", finding_kind_name(finding->kind), finding->summary) >= 0)
		kept = schedule_keep(schedule, text);
	free(text);
	return kept;
}

static int save_schedule(const struct finding_lab *lab, struct finding *finding)
{
	struct diag diag;
	int r = save_input(lab, finding);

	if (r < 0 || finding->unsaved)
		return r;
	if (asprintf(&finding->schedule_path, "%s/%s.weft", lab->out_dir, finding->name) < 0) {
		finding->schedule_path = NULL;
		return -ENOMEM;
	}
	/* A full disk costs the file, not the finding. */
	if (schedule_save(finding->schedule, finding->schedule_path, &diag) < 0) {
		free(finding->schedule_path);
		finding->schedule_path = NULL;
		finding->unsaved = strdup(diag.text);
	}
	return 0;
}

static uint32_t count_preemptions(const struct schedule *schedule)
{
	uint32_t count = 0;

	for (size_t i = 0; i < schedule->decision_count; i++)
		count += schedule->decisions[i].kind == WIRE_DECISION_PREEMPT;
	return count;
}

int finding_save(const struct finding_lab *lab, const struct finding_failure *failure,
	struct finding *finding)
{
	struct schedule *schedule = finding->schedule;

	finding->preemptions = count_preemptions(schedule);
	schedule->comment = comment_of(finding, schedule);
	schedule->strategy = schedule_keep(schedule, strategy_name(failure->request.strategy));
	schedule->seed = failure->request.seed;
	schedule->execution = failure->request.execution;
	schedule->expect_kind = finding_kind_name(finding->kind);
	schedule->expect_where = where_of(finding, schedule);
	schedule->fingerprint = finding->fingerprint;
	schedule->hash = finding->hash;
	return lab->out_dir ? save_schedule(lab, finding) : 0;
}
