/* SPDX-License-Identifier: Apache-2.0 */
/* `weft replay`: the execution of a schedule file again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/analysis/plan.h"
#include "tool/analysis/replay.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/launch/clock.h"
#include "tool/launch/machine.h"
#include "tool/launch/debugger.h"
#include "tool/launch/program.h"
#include "tool/launch/runtime_path.h"
#include "tool/search/atomicity.h"
#include "tool/trace/names.h"
#include "tool/trace/schedule_line.h"

#define CARRIER_AS_RECORDED (-1)
#define THREAD_POOL 16

struct replay_command {
	const char *file;
	struct report_options reports;
	const char *gdb_commands;
	bool gdb;
	int carrier;
	struct schedule *schedule;
	struct program program;
	struct runtime_path runtime;
	char **argv;	    /* of the program; ends with NULL */
	int origin;	    /* the folder that the user is in; -1: not left yet */
	int64_t start_time; /* seconds since 1970 */
	uint64_t start_ns;
	struct server_setup setup;
	struct diag diag;
};

/* ---- what is run ---- */

static int make_argv(struct replay_command *command, const struct command_line *line)
{
	const struct schedule *schedule = command->schedule;
	size_t count = line->program_count ? (size_t)line->program_count
					   : schedule->argument_count + 1;

	command->argv = calloc(count + 1, sizeof(*command->argv));
	if (!command->argv)
		return diag_set(&command->diag, -ENOMEM, "no memory for the command");
	for (size_t i = 0; i < count; i++) {
		const char *word = line->program_count ? line->program[i]
				   : i == 0	       ? schedule->program
						       : schedule->arguments[i - 1];

		command->argv[i] = strdup(word);
		if (!command->argv[i])
			return diag_set(&command->diag, -ENOMEM, "no memory for the command");
	}
	return 0;
}

static int open_input(struct replay_command *command)
{
	const char *input = command->schedule->input;

	if (!input)
		return 0;
	command->setup.input_fd = open(input, O_RDONLY | O_CLOEXEC);
	if (command->setup.input_fd < 0)
		return diag_set(&command->diag, -errno, "cannot open the input '%s': %s", input,
			strerror(errno));
	return 0;
}

/* The program runs where it was recorded; reports go to where the user is. */
static int enter_directory(struct replay_command *command)
{
	const char *directory = command->schedule->directory;

	command->origin = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (directory && chdir(directory) < 0)
		return diag_set(&command->diag, -errno, "cannot change to '%s': %s", directory,
			strerror(errno));
	return 0;
}

static bool expects(const struct schedule *schedule, enum finding_kind kind)
{
	return schedule->expect_kind &&
	       strcmp(schedule->expect_kind, finding_kind_name(kind)) == 0;
}

/* Is what it prints the failure? */
static bool expects_output(const struct schedule *schedule)
{
	return expects(schedule, FINDING_OUTPUT);
}

static void fill_setup(struct replay_command *command)
{
	const struct schedule *schedule = command->schedule;
	struct wire_config *config;

	server_setup_init(&command->setup);
	command->setup.program = command->program.path;
	command->setup.argv = command->argv;
	command->setup.runtime_path = command->runtime.library;
	command->setup.tsan_dir = command->runtime.tsan_dir;
	command->setup.hash_output =
		expects_output(schedule) || expects(schedule, FINDING_OUTCOME);
	config = &command->setup.config;
	config->carrier = command->carrier == CARRIER_AS_RECORDED ? schedule->carrier
								  : (uint32_t)command->carrier;
	if (command->gdb)
		config->carrier = WIRE_CARRIER_THREAD;
	config->model = schedule->model;
	config->points = schedule->points;
	config->realtime_start_ns = schedule->realtime_start_ns;
	config->random_seed = schedule->random_seed;
	config->step_limit = schedule->step_limit;
	config->memory_limit_mib = schedule->memory_limit_mib;
	config->quarantine_mib = schedule->quarantine_mib;
}

static int prepare(struct replay_command *command, const struct command_line *line)
{
	int r = reports_prepare(&command->reports, &command->diag);

	if (r >= 0)
		r = schedule_read(command->file, &command->schedule, &command->diag);
	if (r >= 0)
		r = make_argv(command, line);
	if (r >= 0)
		r = enter_directory(command);
	if (r >= 0)
		r = program_inspect(command->argv[0], &command->program, &command->diag);
	if (r >= 0)
		r = program_set_environment(&command->program, &command->diag);
	if (r >= 0)
		r = runtime_path_find(&command->runtime, &command->diag);
	if (r < 0)
		return r;
	fill_setup(command);
	r = program_check_carrier(
		&command->program, command->setup.config.carrier, &command->diag);
	return r < 0 ? r : open_input(command);
}

static void release(struct replay_command *command)
{
	for (char **word = command->argv; word && *word; word++)
		free(*word);
	free(command->argv);
	schedule_free(command->schedule);
	program_release(&command->program);
	if (command->setup.input_fd >= 0)
		close(command->setup.input_fd);
	if (command->origin >= 0)
		close(command->origin);
	reports_release(&command->reports);
}

/* ---- what came out ---- */

static int write_reports(struct replay_command *command, const struct replay *replay)
{
	struct finding *findings[] = { replay->finding };
	const struct schedule *schedule = command->schedule;
	struct report report = {
		.command = command->argv,
		.strategy = strategy_name(WIRE_STRATEGY_REPLAY),
		.seed = schedule->seed,
		.carrier = command->setup.config.carrier,
		.model = command->setup.config.model,
		.points = command->setup.config.points,
		.jobs = 1,
		.executions = 1,
		.failures = replay->finding != NULL,
		.behaviours = 1,
		.findings = findings,
		.finding_count = replay->finding != NULL,
		.start_time = command->start_time,
		.elapsed_ns = clock_now_ns() - command->start_ns,
	};

	if (command->origin >= 0 && fchdir(command->origin) < 0) {
		diag_set(&command->diag, -errno, "cannot return to the current folder: %s",
			strerror(errno));
		command_fail("replay", &command->diag);
		return -EIO;
	}
	return reports_write(&command->reports, &report, "replay");
}

static void print_fit(
	const struct replay_command *command, const struct replay *replay, FILE *stream)
{
	const struct schedule *schedule = command->schedule;

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
	const struct schedule *schedule = command->schedule;

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
	const struct schedule *schedule = command->schedule;

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
	const char *expected = command->schedule->expect_kind;
	const char *kind = finding_kind_name(replay->finding->kind);

	adopt(command, replay->finding);
	if (reports_text_stream(&command->reports) == stdout)
		report_finding(
			replay->finding, (enum report_color)command->reports.color, stdout);
	if (expected && strcmp(expected, kind) != 0)
		fprintf(stderr,
			"weft replay: it failed, but as %s; the schedule is one of %s\n", kind,
			expected);
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

static int report_pass(const struct replay_command *command, const struct replay *replay)
{
	tell_addresses();
	if (replay->applied < replay->decisions) {
		fputs("weft replay: the schedule no longer fits the program: ", stderr);
		print_fit(command, replay, stderr);
		return EXIT_DOES_NOT_FIT;
	}
	if (reports_text_stream(&command->reports) != stdout)
		return EXIT_NOTHING_FOUND;
	printf("passed: %s; ", expects(command->schedule, FINDING_OUTCOME) ? "not that outcome"
									   : "no failure");
	print_fit(command, replay, stdout);
	return EXIT_NOTHING_FOUND;
}

/* Only all serial executions tell whether this one is a finding. */
static int learn_serial(
	struct replay_command *command, struct server *server, struct serial_search *serial)
{
	int r = server_wait_ready(server, &command->diag);

	serial->server = server;
	serial->instrumented = command->program.is_instrumented &&
			       command->schedule->points != WIRE_POINTS_SYNC;
	if (r >= 0)
		r = serial_search_run(serial, &command->diag);
	if (r >= 0 && !serial->complete)
		r = diag_set(&command->diag, -E2BIG,
			"it can't be judged: not all serial executions could be tried: %s",
			serial->why_not);
	return r;
}

static int run_replay(struct replay_command *command)
{
	const struct schedule *schedule = command->schedule;
	struct finding_judge judge;
	struct serial_search serial = { .server = NULL };
	struct finding_expectation expectation = {
		.check_output = expects_output(schedule),
		.any_exit_status = expects(schedule, FINDING_OUTCOME),
		.judge = replay_judge(schedule, &judge) ? &judge : NULL,
	};
	struct finding_lab lab = { .setup = &command->setup, .expectation = &expectation };
	struct replay replay;
	int status;
	int r;

	command->start_time = time(NULL);
	command->start_ns = clock_now_ns();
	r = server_start(&command->setup, &lab.server, &command->diag);
	if (r < 0)
		return command_fail("replay", &command->diag);
	if (expects(schedule, FINDING_ATOMICITY)) {
		r = learn_serial(command, lab.server, &serial);
		expectation.judge = &serial.set.judge;
	}
	if (r >= 0)
		r = replay_run(&lab, schedule, &replay, &command->diag);
	server_stop(lab.server);
	serial_search_release(&serial);
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
	int r = server_start(&command->setup, &server, &command->diag);

	if (r < 0)
		return command_fail("replay", &command->diag);
	r = replay_plan(server, command->schedule, &plan, &command->diag);
	server_stop(server);
	if (r >= 0)
		r = plan_request(&plan, plan.decisions, plan.count, &request);
	if (r >= 0) {
		r = debugger_run(
			&command->setup, &request, command->gdb_commands, &command->diag);
		plan_request_release(&request);
	}
	plan_release(&plan);
	if (r < 0)
		return command_fail("replay", &command->diag);
	return r == 0 ? EXIT_NOTHING_FOUND : EXIT_USAGE;
}

static int run(struct replay_command *command, const struct command_line *line)
{
	int status;

	if (prepare(command, line) < 0)
		status = command_fail("replay", &command->diag);
	else
		status = command->gdb ? run_gdb(command) : run_replay(command);
	release(command);
	return status;
}

int cmd_replay(int argc, char **argv)
{
	static const struct option_choice carriers[] = {
		{ "fiber", WIRE_CARRIER_FIBER },
		{ "thread", WIRE_CARRIER_THREAD },
		{ NULL, 0 },
	};
	struct replay_command command = {
		.carrier = CARRIER_AS_RECORDED,
		.setup.input_fd = -1,
		.origin = -1,
	};
	const struct option_spec options[] = {
		{ .name = "carrier",
			.kind = OPTION_CHOICE,
			.value_name = "KIND",
			.help = "fiber or thread (default: as recorded)",
			.target = &command.carrier,
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
		REPORT_OPTIONS(command.reports),
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "replay",
		.usage = "[options] FILE [-- PROGRAM [ARGUMENT...]]",
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
			"one schedule file is wanted; see 'weft replay "
			"--help'");
		return command_fail("replay", &command.diag);
	}
	command.file = line.operands[0];
	command.gdb |= command.gdb_commands != NULL;
	return run(&command, &line);
}
