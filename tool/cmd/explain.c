/* SPDX-License-Identifier: Apache-2.0 */
/* `weft explain`: what happened in the execution of a schedule file, as short as it gets. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/draft.h"
#include "tool/analysis/finding.h"
#include "tool/analysis/plan.h"
#include "tool/analysis/replay.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/rerun_lab.h"
#include "tool/explain/account.h"
#include "tool/explain/columns.h"
#include "tool/explain/explain.h"

struct explain_command {
	const char *file;
	const char *json;
	uint64_t width;
	int color;
	struct rerun rerun;
	struct rerun_lab lab;
	struct diag diag;
};

/* ---- the failure, minimal ---- */

/* The one that was replayed stays as it is: found by looking aside, not by how it ended. */
static bool is_aside(const struct finding *finding)
{
	return finding->kind == FINDING_DATA_RACE || finding->kind == FINDING_LOCK_MISUSE;
}

/*
 * Minimises from the recording that replaying left, whose coordinates are those of the program
 * as it is now, whatever the file's were.
 */
static int minimise(struct explain_command *command, const struct finding *seen,
	struct finding **ret_finding)
{
	struct schedule *schedule = draft_settings(&command->rerun.setup);
	struct server_request request = { 0 };
	struct plan plan = { 0 };
	struct finding_failure failure = {
		.request = { .strategy = WIRE_STRATEGY_REPLAY, .execution = 1 },
		.kind = finding_kind_base(seen->kind),
	};
	int r = schedule ? draft_decisions(schedule, seen->recording, seen->symbols) : -ENOMEM;

	if (r >= 0)
		r = plan_new(schedule, seen->symbols, &plan, &command->diag);
	if (r >= 0)
		r = plan_request(&plan, plan.decisions, plan.count, &request);
	if (r >= 0) {
		failure.points = request.points;
		failure.point_count = request.point_count;
		failure.decisions = request.decisions;
		failure.decision_count = request.decision_count;
		failure.locations = request.locations;
		failure.location_count = request.location_count;
		r = finding_new(&command->lab.lab, &failure, ret_finding, &command->diag);
	}
	plan_request_release(&request);
	plan_release(&plan);
	schedule_free(schedule);
	return r;
}

/* What the file knows of the finding, the execution doesn't. */
static void adopt(const struct explain_command *command, struct finding *finding)
{
	const struct schedule *schedule = command->rerun.schedule;

	finding->first_execution = schedule->execution;
	if (!finding->schedule)
		for (size_t i = 0; i < schedule->decision_count; i++)
			finding->preemptions +=
				schedule->decisions[i].kind == WIRE_DECISION_PREEMPT;
}

/* ---- what is told ---- */

static int write_json(struct explain_command *command, struct explained *explained)
{
	json_t *account = account_new(explained);
	int r = 0;

	if (rerun_return(&command->rerun, &command->diag) < 0)
		r = -EIO;
	else if (!account ||
		 (strcmp(command->json, "-") == 0
				 ? json_dumpf(account, stdout, JSON_INDENT(2)) < 0 ||
					   putchar('\n') == EOF
				 : json_dump_file(account, command->json, JSON_INDENT(2)) < 0))
		r = diag_set(&command->diag, -EIO, "cannot write '%s'", command->json);
	json_decref(account);
	return r;
}

static int tell(struct explain_command *command, struct finding *finding)
{
	struct explained explained;
	bool has_text = !command->json || strcmp(command->json, "-") != 0;
	int r = explain_finding(&command->lab.lab, finding, &explained, &command->diag);

	if (r >= 0 && command->json)
		r = write_json(command, &explained);
	if (r >= 0 && has_text)
		r = columns_write(&explained, stdout, (enum report_color)command->color,
			command->width ? (int)command->width : columns_terminal_width(stdout));
	explained_release(&explained);
	if (r < 0 && !command->diag.text[0])
		diag_set(&command->diag, r, "cannot explain it: %s", strerror(-r));
	return r < 0 ? command_fail("explain", &command->diag) : EXIT_FINDING;
}

static int tell_minimal(struct explain_command *command, struct finding *seen)
{
	struct finding *minimal;
	int status;

	if (is_aside(seen)) {
		adopt(command, seen);
		return tell(command, seen);
	}
	if (minimise(command, seen, &minimal) < 0)
		return command_fail("explain", &command->diag);
	adopt(command, minimal);
	status = tell(command, minimal->replays ? minimal : seen);
	finding_free(minimal);
	return status;
}

static int explain(struct explain_command *command)
{
	const struct schedule *schedule = command->rerun.schedule;
	struct replay replay;
	int status;

	if (replay_run(&command->lab.lab, schedule, &replay, &command->diag) < 0)
		return command_fail("explain", &command->diag);
	if (replay.finding) {
		status = tell_minimal(command, replay.finding);
	} else if (replay.applied < replay.decisions && !replay.searched) {
		fprintf(stderr,
			"weft explain: the schedule no longer fits the program: %zu of %zu "
			"decisions came up; see weft replay\n",
			replay.applied, replay.decisions);
		status = EXIT_DOES_NOT_FIT;
	} else {
		puts("passed: no failure, nothing to explain");
		status = EXIT_NOTHING_FOUND;
	}
	replay_release(&replay);
	return status;
}

static int run(struct explain_command *command, const struct command_line *line)
{
	int status;

	if (rerun_prepare(&command->rerun, command->file, line, &command->diag) < 0) {
		status = command_fail("explain", &command->diag);
		goto out;
	}
	status = rerun_lab_open(&command->lab, &command->rerun, &command->diag) < 0
			 ? command_fail("explain", &command->diag)
			 : explain(command);
	rerun_lab_release(&command->lab);
out:
	rerun_release(&command->rerun);
	return status;
}

int cmd_explain(int argc, char **argv)
{
	static const struct option_choice colors[] = {
		{ "auto", REPORT_COLOR_AUTO },
		{ "always", REPORT_COLOR_ALWAYS },
		{ "never", REPORT_COLOR_NEVER },
		{ NULL, 0 },
	};
	struct explain_command command = { .rerun = RERUN_INIT, .color = REPORT_COLOR_AUTO };
	const struct option_spec options[] = {
		{ .name = "json",
			.kind = OPTION_TEXT,
			.value_name = "FILE",
			.help = "write it as JSON, too; - for stdout, instead of the text",
			.target = &command.json },
		{ .name = "width",
			.kind = OPTION_COUNT,
			.value_name = "N",
			.help = "columns of text (default: the terminal's, else 100)",
			.target = &command.width,
			.min = COLUMNS_WIDTH_MIN,
			.max = 1000 },
		{ .name = "color",
			.kind = OPTION_CHOICE,
			.help = "when to use colours (default: on a terminal)",
			.target = &command.color,
			.choices = colors },
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "explain",
		.usage = "[options] FILE [-- PROGRAM [ARGUMENT...]]",
		.summary =
			"Runs the execution of a schedule file again, makes it as short as it "
			"gets, and says what went wrong, with a column for each thread.",
		.options = options,
	};
	struct command_line line;
	int status;

	if (!options_read(&syntax, argc, argv, &line, &status))
		return status;
	if (line.operand_count != 1) {
		diag_set(&command.diag, -EINVAL,
			"one schedule file is wanted; see 'weft explain --help'");
		return command_fail("explain", &command.diag);
	}
	command.file = line.operands[0];
	return run(&command, &line);
}
