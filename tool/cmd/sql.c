/* SPDX-License-Identifier: Apache-2.0 */
/* `weft sql`: every interleaving of database transactions. */
#include <errno.h>
#include <stdio.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/cmd/sql_explore.h"
#include "tool/cmd/sql_save.h"
#include "tool/search/interrupt.h"
#include "tool/sql/compat/compat.h"
#include "tool/sql/engine/server.h"

#define TIMEOUT_NS (10 * UINT64_C(1000000000))
#define COMPAT_TIMEOUT_NS (300 * UINT64_C(1000000000)) /* isolationtester's */

struct sql_command {
	struct sql_exploration exploration;
	int oracle;
	bool check;
	bool compat;
	bool quiet;
	struct spec *spec;
	struct diag diag;
};

/* As isolationtester: its result is what it prints. */
static int run_compat(struct sql_command *command)
{
	const struct sql_exploration *exploration = &command->exploration;
	struct compat_options options = { .connection = exploration->connection,
		.step_limit_ns =
			exploration->timeout_ns ? exploration->timeout_ns : COMPAT_TIMEOUT_NS };
	struct private_server *server = NULL;
	int r = 0;

	if (exploration->start != SQL_UNSAID) {
		r = private_server_start(SPEC_POSTGRES, &server, &command->diag);
		options.connection = r < 0 ? NULL : private_server_connection(server);
	}
	if (r == 0)
		r = compat_run(command->spec, &options, stdout, &command->diag);
	if (r == -ECONNREFUSED && !server)
		sql_connect_advice("--start postgres", &command->diag);
	private_server_stop(server);
	fflush(stdout);
	return r < 0 ? command_fail("sql", &command->diag) : EXIT_NOTHING_FOUND;
}

static int explore(struct sql_command *command)
{
	struct sql_exploration *exploration = &command->exploration;

	exploration->spec = command->spec;
	exploration->options.oracle = (enum oracle_mode)command->oracle;
	exploration->progress = command->quiet ? PROGRESS_NONE : progress_style_of_stderr();
	if (!exploration->timeout_ns && !command->spec->timeout_ns)
		exploration->timeout_ns = TIMEOUT_NS;
	return sql_explore(exploration);
}

static int run(struct sql_command *command, const char *path)
{
	int status = EXIT_NOTHING_FOUND;

	if (spec_read(path, command->compat, &command->spec, &command->diag) < 0)
		return command_fail("sql", &command->diag);
	if (interrupt_install(&command->diag) < 0)
		status = command_fail("sql", &command->diag);
	else if (command->check)
		printf("%s: %u sessions, %u steps\n", command->spec->name,
			command->spec->session_count, command->spec->step_count);
	else
		status = command->compat ? run_compat(command) : explore(command);
	spec_free(command->spec);
	return status;
}

static const struct option_choice engines[] = {
	{ "sqlite", SPEC_SQLITE },
	{ "postgres", SPEC_POSTGRES },
	{ "mariadb", SPEC_MARIADB },
	{ NULL, 0 },
};
static const struct option_choice servers[] = {
	{ "postgres", SPEC_POSTGRES },
	{ "mariadb", SPEC_MARIADB },
	{ "all", SQL_START_ALL },
	{ NULL, 0 },
};
static const struct option_choice oracles[] = {
	{ "strict", ORACLE_STRICT },
	{ "serial", ORACLE_SERIAL },
	{ "invariant", ORACLE_INVARIANT },
	{ "none", ORACLE_NONE },
	{ NULL, 0 },
};
/* Of the one command line that this process has. */
static struct sql_command command = { .oracle = ORACLE_STRICT,
	.exploration = {
		.engine = SQL_UNSAID,
		.start = SQL_UNSAID,
		.out = "weft-out",
	} };

static const struct option_spec options[] = {
	{ .name = "engine",
		.kind = OPTION_CHOICE,
		.help = "which database (default: all of the file's, else sqlite)",
		.choices = engines,
		.target = &command.exploration.engine },
	{ .name = "connect",
		.kind = OPTION_TEXT,
		.value_name = "STRING",
		.help = "connection string of the server",
		.target = &command.exploration.connection },
	{ .name = "start",
		.kind = OPTION_CHOICE,
		.help = "start a private server, and stop it at the end",
		.choices = servers,
		.target = &command.exploration.start },
	{ .name = "oracle",
		.kind = OPTION_CHOICE,
		.help = "what is wrong (default strict serializability)",
		.choices = oracles,
		.target = &command.oracle },
	{ .name = "max",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.help = "at most N executions at each level (default: all)",
		.target = &command.exploration.options.max_executions },
	{ .name = "time",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.help = "stop after this time",
		.target = &command.exploration.options.time_ns },
	{ .name = "timeout",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.help = "limit of a step (default 10s)",
		.target = &command.exploration.timeout_ns,
		.min = 1 },
	{ .name = "no-fixes",
		.kind = OPTION_FLAG,
		.help = "do not try changes that could help",
		.target = &command.exploration.options.no_fixes },
	{ .name = "no-pruning",
		.kind = OPTION_FLAG,
		.help = "run equivalent interleavings, too",
		.target = &command.exploration.options.no_pruning },
	{ .name = "out",
		.kind = OPTION_TEXT,
		.value_name = "DIR",
		.help = "where schedules are saved (default weft-out)",
		.target = &command.exploration.out },
	{ .name = "json",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "write the result as JSON ('-': to stdout)",
		.target = &command.exploration.json },
	{ .name = "junit",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "the same as JUnit XML, for CI servers",
		.target = &command.exploration.junit },
	{ .name = "check",
		.kind = OPTION_FLAG,
		.help = "only read the file",
		.target = &command.check },
	{ .name = "compat",
		.kind = OPTION_FLAG,
		.help = "run and print as PostgreSQL's isolationtester does",
		.target = &command.compat },
	{ .name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "no progress",
		.target = &command.quiet },
	{ .name = "color",
		.kind = OPTION_CHOICE,
		.choices = report_colors,
		.help = "colours (default auto: on a terminal, unless NO_COLOR is set)",
		.target = &command.exploration.color },
	{ .name = NULL },
};

int cmd_sql(int argc, char **argv)
{
	const struct command_syntax syntax = {
		.name = "sql",
		.usage = "[options] FILE",
		.summary = "Runs every interleaving of the sessions in FILE on a real database "
			   "and says which end as no serial order does.",
		.options = options,
	};
	struct command_line line;
	int status;

	if (!options_read(&syntax, argc, argv, &line, &status))
		return status;
	if (line.operand_count != 1) {
		diag_set(&command.diag, -EINVAL, "one file is wanted; see 'weft sql --help'");
		return command_fail("sql", &command.diag);
	}
	return run(&command, line.operands[0]);
}
