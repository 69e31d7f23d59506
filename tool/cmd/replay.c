/* SPDX-License-Identifier: Apache-2.0 */
/* `weft replay`: the execution of a schedule file again. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tool/analysis/plan.h"
#include "tool/analysis/replay.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/cmd/replay_suite.h"
#include "tool/cmd/rerun.h"
#include "tool/cmd/rerun_lab.h"
#include "tool/cmd/sql_replay.h"
#include "tool/launch/clock.h"
#include "tool/launch/machine.h"
#include "tool/launch/debugger.h"
#include "tool/sql/run/schedule.h"
#include "tool/trace/names.h"
#include "tool/trace/schedule_line.h"

struct replay_command {
	const char *file;
	struct report_options reports;
	const char *gdb_commands;
	bool gdb;
	struct rerun rerun;
	int64_t start_time; /* seconds since 1970 */
	uint64_t start_ns;
	struct diag diag;
	const char *connection; /* of a schedule of SQL: the database server */
	bool start_server;
};

/* ---- what came out ---- */

static int write_reports(struct replay_command *command, const struct replay *replay)
{
	struct finding *findings[] = { replay->finding };
	const struct schedule *schedule = command->rerun.schedule;
	struct report report = {
		.command = command->rerun.argv,
		.strategy = strategy_name(WIRE_STRATEGY_REPLAY),
		.seed = schedule->seed,
		.carrier = command->rerun.setup.config.carrier,
		.model = command->rerun.setup.config.model,
		.points = command->rerun.setup.config.points,
		.jobs = 1,
		.executions = 1,
		.failures = replay->finding != NULL,
		.behaviours = 1,
		.findings = findings,
		.finding_count = replay->finding != NULL,
		.start_time = command->start_time,
		.elapsed_ns = clock_now_ns() - command->start_ns,
	};

	if (rerun_return(&command->rerun, &command->diag) < 0) {
		command_fail("replay", &command->diag);
		return -EIO;
	}
	return reports_write(&command->reports, &report, "replay");
}

static void print_fit(
	const struct replay_command *command, const struct replay *replay, FILE *stream)
{
	const struct schedule *schedule = command->rerun.schedule;

	fprintf(stream, "%zu of %zu decisions came up", replay->applied, replay->decisions);
	if (replay->first_missing < schedule->decision_count) {
		fputs("; the first that did not:\n  ", stream);
		schedule_line_write(
			schedule, &schedule->decisions[replay->first_missing], stream);
	} else {
		fputc('\n', stream);
	}
}

/* Which lines of the schedule had to be taken for others. */
static void print_moves(const struct replay_command *command, const struct replay *replay)
{
	const struct schedule *schedule = command->rerun.schedule;

	for (size_t i = 0; replay->shifts && i < schedule->location_count; i++) {
		const struct schedule_location *location = &schedule->locations[i];

		if (location->kind == SCHEDULE_LOCATION_SOURCE && replay->shifts[i])
			fprintf(stderr,
				"weft replay: the program has changed: %s:%u is taken for line "
				"%u, in %s\n",
				location->file, location->line,
				location->line + (uint32_t)replay->shifts[i],
				location->function[0] ? location->function : "any function");
	}
}

/* What the finding has from the file: the reports show it as the same one. */
static int adopt(const struct replay_command *command, struct finding *finding)
{
	const struct schedule *schedule = command->rerun.schedule;

	finding->first_execution = schedule->execution;
	finding->replays = 1;
	finding->replays_reproduced = 1;
	for (size_t i = 0; i < schedule->decision_count; i++)
		finding->preemptions += schedule->decisions[i].kind == WIRE_DECISION_PREEMPT;
	finding->schedule_path = strdup(command->file);
	return finding->schedule_path ? 0 : -ENOMEM;
}

static int report_failure(const struct replay_command *command, const struct replay *replay)
{
	const char *expected = command->rerun.schedule->expect_kind;
	const char *kind = finding_kind_name(replay->finding->kind);

	adopt(command, replay->finding);
	if (reports_text_stream(&command->reports) == stdout)
		report_finding(
			replay->finding, (enum report_color)command->reports.color, stdout);
	if (expected && strcmp(expected, kind) != 0)
		fprintf(stderr,
			"weft replay: it failed, but as %s; the schedule is one of %s\n", kind,
			expected);
	if (replay->searched)
		fprintf(stderr,
			"weft replay: the schedule no longer fits the program; a search found "
			"the "
			"failure again in execution %u\n",
			replay->searched);
	if (replay->applied < replay->decisions) {
		fputs("weft replay: ", stderr);
		print_fit(command, replay, stderr);
	}
	return EXIT_FINDING;
}

/* What this machine does not allow may be why it passed. */
static void tell_addresses(void)
{
	if (!machine_fixes_addresses())
		fputs("weft replay: addresses are random here (personality() is refused), "
		      "which "
		      "may be the reason: see weft doctor\n",
			stderr);
}

/* It did not fit, and what it is about was looked for and not found. */
static void print_searched(const struct replay_command *command, const struct replay *replay)
{
	if (reports_text_stream(&command->reports) != stdout)
		return;
	printf("passed: no failure in %u executions, which were tried since the schedule no "
	       "longer fits the program; ",
		replay->searched);
	print_fit(command, replay, stdout);
}

static int report_pass(const struct replay_command *command, const struct replay *replay)
{
	tell_addresses();
	if (replay->searched) {
		print_searched(command, replay);
		return EXIT_NOTHING_FOUND;
	}
	if (replay->applied < replay->decisions) {
		fputs("weft replay: the schedule no longer fits the program: ", stderr);
		print_fit(command, replay, stderr);
		return EXIT_DOES_NOT_FIT;
	}
	if (reports_text_stream(&command->reports) != stdout)
		return EXIT_NOTHING_FOUND;
	printf("passed: %s; ", rerun_expects(command->rerun.schedule, FINDING_OUTCOME)
				       ? "not that outcome"
				       : "no failure");
	print_fit(command, replay, stdout);
	return EXIT_NOTHING_FOUND;
}

static int run_replay(struct replay_command *command)
{
	struct rerun_lab lab;
	struct replay replay;
	int status;
	int r;

	command->start_time = time(NULL);
	command->start_ns = clock_now_ns();
	r = rerun_lab_open(&lab, &command->rerun, &command->diag);
	if (r >= 0)
		r = replay_run(&lab.lab, command->rerun.schedule, &replay, &command->diag);
	rerun_lab_release(&lab);
	if (r < 0)
		return command_fail("replay", &command->diag);
	print_moves(command, &replay);
	status = replay.finding ? report_failure(command, &replay)
				: report_pass(command, &replay);
	/* A report that is missing does not hide what came out. */
	if (write_reports(command, &replay) < 0 && status == EXIT_NOTHING_FOUND)
		status = EXIT_USAGE;
	replay_release(&replay);
	return status;
}

/* ---- under gdb ---- */

static int run_gdb(struct replay_command *command)
{
	struct server_request request;
	struct server *server;
	struct plan plan = { 0 };
	int r = server_start(&command->rerun.setup, &server, &command->diag);

	if (r < 0)
		return command_fail("replay", &command->diag);
	r = replay_plan(server, command->rerun.schedule, &plan, &command->diag);
	server_stop(server);
	if (r >= 0)
		r = plan_request(&plan, plan.decisions, plan.count, &request);
	if (r >= 0) {
		r = debugger_run(
			&command->rerun.setup, &request, command->gdb_commands, &command->diag);
		plan_request_release(&request);
	}
	plan_release(&plan);
	if (r < 0)
		return command_fail("replay", &command->diag);
	return r == 0 ? EXIT_NOTHING_FOUND : EXIT_USAGE;
}

/* ---- of SQL ---- */

/* What has no meaning where no program is run. */
static const char *meaningless_for_sql(
	const struct replay_command *command, const struct command_line *line)
{
	if (command->gdb)
		return "'--gdb'";
	if (command->reports.sarif || command->reports.code_quality)
		return "a report of source lines";
	return line->program_count ? "a program" : NULL;
}

static int replay_sql(struct replay_command *command, const struct command_line *line)
{
	const char *meaningless = meaningless_for_sql(command, line);
	FILE *stream = reports_text_stream(&command->reports);
	struct sql_servers servers = { 0 };
	struct sql_replay sql = {
		.name = command->file,
		.connection = command->connection,
		.start = command->start_server,
		.color = command->reports.color,
		.json = command->reports.json,
		.junit = command->reports.junit,
		.servers = &servers,
		.details = stream,
	};
	int status;

	if (meaningless) {
		diag_set(&command->diag, -EINVAL,
			"'%s' is a schedule of SQL: %s has no meaning for it", command->file,
			meaningless);
		return command_fail("replay", &command->diag);
	}
	status = sql_replay_run(command->rerun.schedule, &sql);
	sql_servers_stop(&servers);
	if (status == EXIT_NOTHING_FOUND)
		fprintf(stream, "passed: %s\n", sql.result.text);
	else if (status == EXIT_DOES_NOT_FIT)
		fprintf(stderr, "weft replay: the schedule no longer fits: %s\n",
			sql.result.text);
	else if (status == EXIT_USAGE)
		command_fail("replay", &sql.result);
	return status;
}

static int run(struct replay_command *command, const struct command_line *line)
{
	int status;

	command->rerun.debugged = command->gdb;
	if (schedule_read(command->file, &command->rerun.schedule, &command->diag) < 0)
		status = command_fail("replay", &command->diag);
	else if (reports_prepare(&command->reports, &command->diag) < 0)
		status = command_fail("replay", &command->diag);
	else if (sql_schedule_is(command->rerun.schedule))
		status = replay_sql(command, line);
	else if (rerun_prepare(&command->rerun, command->file, line, &command->diag) < 0)
		status = command_fail("replay", &command->diag);
	else
		status = command->gdb ? run_gdb(command) : run_replay(command);
	rerun_release(&command->rerun);
	reports_release(&command->reports);
	return status;
}

/* ---- a folder ---- */

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int run_suite(struct replay_command *command, const struct command_line *line)
{
	const struct replay_suite suite = {
		.folder = command->file,
		.junit = command->reports.junit,
		.carrier = command->rerun.carrier,
		.connection = command->connection,
		.start_server = command->start_server,
	};

	if (command->gdb || command->reports.json || command->reports.sarif ||
		command->reports.code_quality) {
		diag_set(&command->diag, -EINVAL,
			"of a folder only a JUnit report can be made; replay '%s/NAME.weft' "
			"for "
			"others, and under gdb",
			command->file);
		return command_fail("replay", &command->diag);
	}
	return replay_suite_run(&suite, line);
}

int cmd_replay(int argc, char **argv)
{
	static const struct option_choice carriers[] = {
		{ "fiber", WIRE_CARRIER_FIBER },
		{ "thread", WIRE_CARRIER_THREAD },
		{ NULL, 0 },
	};
	struct replay_command command = { .rerun = RERUN_INIT };
	const struct option_spec options[] = {
		{ .name = "carrier",
			.kind = OPTION_CHOICE,
			.value_name = "KIND",
			.help = "fiber or thread (default: as recorded)",
			.target = &command.rerun.carrier,
			.choices = carriers },
		{ .name = "gdb",
			.kind = OPTION_FLAG,
			.help = "run it under gdb, up to the failure",
			.target = &command.gdb },
		{ .name = "gdb-commands",
			.kind = OPTION_TEXT,
			.value_name = "FILE",
			.help = "the same, carry out the gdb commands in FILE there, and leave",
			.target = &command.gdb_commands },
		{ .name = "connect",
			.kind = OPTION_TEXT,
			.value_name = "STRING",
			.help = "for a schedule of SQL: connection string of the server",
			.target = &command.connection },
		{ .name = "start",
			.kind = OPTION_FLAG,
			.help = "for a schedule of SQL: start a private server, as for those "
				"that had one",
			.target = &command.start_server },
		REPORT_OPTIONS(command.reports),
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "replay",
		.usage = "[options] FILE|DIR [-- PROGRAM [ARGUMENT...]]",
		.summary = "Runs the execution of a schedule file again and says whether it "
			   "fails as expected.",
		.options = options,
	};
	struct command_line line;
	int status;

	if (!options_read(&syntax, argc, argv, &line, &status))
		return status;
	if (line.operand_count != 1) {
		diag_set(&command.diag, -EINVAL,
			"one schedule file, or a folder of them, is wanted; see 'weft replay "
			"--help'");
		return command_fail("replay", &command.diag);
	}
	command.file = line.operands[0];
	command.gdb |= command.gdb_commands != NULL;
	return is_folder(command.file) ? run_suite(&command, &line) : run(&command, &line);
}
