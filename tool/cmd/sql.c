/* SPDX-License-Identifier: Apache-2.0 */
/* `weft sql`: every interleaving of database transactions. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/cmd/sql_save.h"
#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/search/progress.h"
#include "tool/sql/compat/compat.h"
#include "tool/sql/engine/server.h"
#include "tool/sql/report/report.h"
#include "tool/sql/run/campaign.h"
#include "tool/sql/run/schedule.h"

#define TIMEOUT_NS (10 * UINT64_C(1000000000))
#define COMPAT_TIMEOUT_NS (300 * UINT64_C(1000000000)) /* isolationtester's */
#define ENGINE_OF_FILE (-1)
#define PROGRESS_NS 100000000

/* When the first execution ended, and when the line is to be written again. */
struct progress_line {
	uint64_t start_ns;
	uint64_t next_ns;
};

struct sql_command {
	struct sql_options options;
	const char *connection;
	const char *json;
	const char *junit;
	const char *out;
	int engine;
	int start;
	int oracle;
	int color;
	uint64_t timeout_ns;
	bool check;
	bool compat;
	bool quiet;
	struct progress_line progress;
	struct spec *spec;
	struct diag diag;
};

static void show_progress(void *context, uint64_t executions, size_t findings)
{
	struct progress_line *line = context;
	uint64_t now_ns = clock_now_ns();

	if (!line->start_ns)
		line->start_ns = line->next_ns = now_ns;
	if (now_ns < line->next_ns)
		return;
	line->next_ns = now_ns + PROGRESS_NS;
	fprintf(stderr, "\r%" PRIu64 " executions, %.0f/s, %zu finding%s \033[K", executions,
		(double)executions * 1e9 / (double)(now_ns - line->start_ns + 1), findings,
		findings == 1 ? "" : "s");
}

static void clear_progress(const struct sql_command *command)
{
	if (command->options.progress)
		fputs("\r\033[K", stderr);
}

static enum spec_engine engine_of(const struct sql_command *command)
{
	if (command->start != ENGINE_OF_FILE)
		return (enum spec_engine)command->start;
	if (command->engine != ENGINE_OF_FILE)
		return (enum spec_engine)command->engine;
	return command->spec->engine_count ? command->spec->engines[0] : SPEC_SQLITE;
}

static bool is_for_stdout(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

/* What was found is told whatever becomes of a file. */
static int save(const struct sql_command *command, struct sql_campaign *campaign)
{
	struct diag diag;
	int r = 0;

	for (size_t i = 0; i < campaign->finding_count && r == 0; i++) {
		r = sql_schedule_save(campaign, campaign->findings[i], command->out, &diag);
		if (r < 0)
			command_fail("sql", &diag);
	}
	if (command->json &&
		sql_report_save(campaign, sql_report_json, command->json, &diag) < 0)
		r = -EIO, command_fail("sql", &diag);
	if (command->junit &&
		sql_report_save(campaign, sql_report_junit, command->junit, &diag) < 0)
		r = -EIO, command_fail("sql", &diag);
	return r;
}

static void show(const struct sql_command *command, const struct sql_campaign *campaign)
{
	bool is_taken = is_for_stdout(command->json) || is_for_stdout(command->junit);

	sql_report_text(
		campaign, (enum report_color)command->color, is_taken ? stderr : stdout);
}

/* The campaign is over, perhaps by an error. */
static int conclude(struct sql_command *command, struct sql_campaign *campaign, int r)
{
	int status = campaign->finding_count ? EXIT_FINDING : EXIT_NOTHING_FOUND;
	int saved = save(command, campaign);

	clear_progress(command);
	if (r == 0 || campaign->executions)
		show(command, campaign);
	if (saved < 0 && status == EXIT_NOTHING_FOUND)
		status = EXIT_USAGE;
	return r < 0 ? command_fail("sql", &command->diag) : status;
}

static int explore(struct sql_command *command)
{
	struct engine_config config = { .session_count = command->spec->session_count,
		.connection = command->connection,
		.timeout_ns = command->timeout_ns };
	struct sql_campaign campaign = { .spec = command->spec, .options = &command->options };
	int status;
	int r;

	if (command->spec->timeout_ns && command->timeout_ns == TIMEOUT_NS)
		config.timeout_ns = command->spec->timeout_ns;
	r = engine_find(engine_of(command))->open(&config, &campaign.engine, &command->diag);
	if (r < 0)
		return command_fail("sql", &command->diag);
	r = sql_campaign_run(&campaign, &command->diag);
	status = conclude(command, &campaign, r);
	campaign.engine->ops->close(campaign.engine);
	sql_campaign_release(&campaign);
	return status;
}

/* As isolationtester: its result is what it prints. */
static int run_compat(struct sql_command *command)
{
	const struct compat_options options = { .connection = command->connection,
		.step_limit_ns = command->timeout_ns == TIMEOUT_NS ? COMPAT_TIMEOUT_NS
								   : command->timeout_ns };

	if (compat_run(command->spec, &options, stdout, &command->diag) < 0) {
		fflush(stdout);
		return command_fail("sql", &command->diag);
	}
	return EXIT_NOTHING_FOUND;
}

/* With a server of its own, if that is asked for. */
static int explore_somewhere(struct sql_command *command)
{
	struct private_server *server = NULL;
	int status;

	if (command->start != ENGINE_OF_FILE) {
		if (private_server_start(
			    (enum spec_engine)command->start, &server, &command->diag) < 0)
			return command_fail("sql", &command->diag);
		command->connection = private_server_connection(server);
	}
	status = command->compat ? run_compat(command) : explore(command);
	private_server_stop(server);
	return status;
}

static int run(struct sql_command *command, const char *path)
{
	int status;

	if (spec_read(path, command->compat, &command->spec, &command->diag) < 0)
		return command_fail("sql", &command->diag);
	if (interrupt_install(&command->diag) < 0)
		return command_fail("sql", &command->diag);
	if (command->check) {
		printf("%s: %u sessions, %u steps\n", command->spec->name,
			command->spec->session_count, command->spec->step_count);
		status = EXIT_NOTHING_FOUND;
	} else {
		status = explore_somewhere(command);
	}
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
static struct sql_command command = { .engine = ENGINE_OF_FILE,
	.start = ENGINE_OF_FILE,
	.oracle = ORACLE_STRICT,
	.out = "weft-out",
	.timeout_ns = TIMEOUT_NS };

static const struct option_spec options[] = {
	{ .name = "engine",
		.kind = OPTION_CHOICE,
		.help = "which database (default: the file's, else sqlite)",
		.choices = engines,
		.target = &command.engine },
	{ .name = "connect",
		.kind = OPTION_TEXT,
		.value_name = "STRING",
		.help = "connection string of the server",
		.target = &command.connection },
	{ .name = "start",
		.kind = OPTION_CHOICE,
		.help = "start a private server, and stop it at the end",
		.choices = servers,
		.target = &command.start },
	{ .name = "oracle",
		.kind = OPTION_CHOICE,
		.help = "what is wrong (default strict serializability)",
		.choices = oracles,
		.target = &command.oracle },
	{ .name = "max",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.help = "at most N executions at each level (default: all)",
		.target = &command.options.max_executions },
	{ .name = "time",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.help = "stop after this time",
		.target = &command.options.time_ns },
	{ .name = "timeout",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.help = "limit of a step (default 10s)",
		.target = &command.timeout_ns,
		.min = 1 },
	{ .name = "no-fixes",
		.kind = OPTION_FLAG,
		.help = "do not try changes that could help",
		.target = &command.options.no_fixes },
	{ .name = "no-pruning",
		.kind = OPTION_FLAG,
		.help = "run equivalent interleavings, too",
		.target = &command.options.no_pruning },
	{ .name = "out",
		.kind = OPTION_TEXT,
		.value_name = "DIR",
		.help = "where schedules are saved (default weft-out)",
		.target = &command.out },
	{ .name = "json",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "write the result as JSON ('-': to stdout)",
		.target = &command.json },
	{ .name = "junit",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "the same as JUnit XML, for CI servers",
		.target = &command.junit },
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
		.target = &command.color },
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
	command.options.oracle = (enum oracle_mode)command.oracle;
	if (!command.quiet && isatty(STDERR_FILENO)) {
		command.options.progress = show_progress;
		command.options.progress_context = &command.progress;
	}
	return run(&command, line.operands[0]);
}
