/* SPDX-License-Identifier: Apache-2.0 */
/* `weft stuck`: why a process that was started without weft hangs. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/stuck/core.h"
#include "tool/stuck/process.h"
#include "tool/stuck/stuck.h"

struct stuck_command {
	const char *core;
	const char *program;
	const char *json;
	bool verbose;
};

static int parse_pid(const char *text, pid_t *ret_pid, struct diag *diag)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(text, &end, 10);
	if (errno || *end || end == text || pid <= 0 || pid > INT_MAX)
		return diag_set(diag, -EINVAL, "'%s' is no process number", text);
	*ret_pid = (pid_t)pid;
	return 0;
}

static int take_snapshot(const struct stuck_command *command, const struct command_line *line,
	struct stuck_snapshot **ret_snapshot, struct diag *diag)
{
	pid_t pid = 0;
	int r;

	if (line->operand_count != (command->core ? 0 : 1))
		return diag_set(diag, -EINVAL,
			"one process number or '--core FILE' is wanted; see 'weft stuck "
			"--help'");
	if (command->core)
		return core_snapshot(command->core, command->program, ret_snapshot, diag);
	if (command->program)
		return diag_set(diag, -EINVAL, "'--exe' goes with '--core' only");
	r = parse_pid(line->operands[0], &pid, diag);
	return r < 0 ? r : process_snapshot(pid, ret_snapshot, diag);
}

static int run(const struct stuck_command *command, const struct command_line *line)
{
	struct stuck_snapshot *snapshot;
	struct stuck *stuck = NULL;
	struct diag diag;
	int status;
	int r = take_snapshot(command, line, &snapshot, &diag);

	if (r == 0)
		r = stuck_analyse(snapshot, &stuck, &diag);
	if (r < 0)
		return command_fail("stuck", &diag);
	status = verdict_is_deadlock(stuck->verdict.kind) ? EXIT_FINDING : EXIT_NOTHING_FOUND;
	if (!command->json || strcmp(command->json, "-") != 0)
		stuck_write_text(stuck, command->verbose, stdout);
	if (command->json && stuck_save_json(stuck, command->json, &diag) < 0)
		status = command_fail("stuck", &diag);
	stuck_free(stuck);
	return status;
}

int cmd_stuck(int argc, char **argv)
{
	struct stuck_command command = { 0 };
	const struct option_spec options[] = {
		{ .name = "core",
			.kind = OPTION_TEXT,
			.value_name = "FILE",
			.help = "look at a core file instead of a process",
			.target = &command.core },
		{ .name = "exe",
			.kind = OPTION_TEXT,
			.value_name = "FILE",
			.help = "the core file's executable, if it is not where it was",
			.target = &command.program },
		{ .name = "json",
			.kind = OPTION_TEXT,
			.value_name = "FILE",
			.help = "write the answer as JSON ('-': stdout)",
			.target = &command.json },
		{ .name = "verbose",
			.letter = 'v',
			.kind = OPTION_FLAG,
			.help = "show whole stacks, and how long the process was stopped",
			.target = &command.verbose },
		{ .name = NULL },
	};
	const struct command_syntax syntax = {
		.name = "stuck",
		.usage = "[options] PID | --core FILE",
		.summary = "Says what each thread of a running process waits for, and whether "
			   "it is deadlocked (exit status 1).",
		.examples = "  weft stuck $(pidof server)\n"
			    "  gcore -o hang 4711 && weft stuck --core hang.4711\n"
			    "  weft stuck --core core --exe ./server --json answer.json\n",
		.options = options,
	};
	struct command_line line;
	int status;

	if (!options_read(&syntax, argc, argv, &line, &status))
		return status;
	return run(&command, &line);
}
