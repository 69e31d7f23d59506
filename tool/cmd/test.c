/* SPDX-License-Identifier: Apache-2.0 */
/* weft test: a campaign over one program, from the command line to the exit status. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tool/analysis/suppressions.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/jobs.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/cmd/subject.h"
#include "tool/launch/clock.h"
#include "tool/launch/input.h"
#include "tool/launch/process.h"
#include "tool/search/atomicity.h"
#include "tool/search/conditions.h"
#include "tool/search/failures.h"
#include "tool/search/interrupt.h"
#include "tool/search/progress.h"
#include "tool/search/misuses.h"
#include "tool/search/predictions.h"
#include "tool/search/races.h"

#define DEFAULT_SCHEDULES 1000
#define DEFAULT_SEED 1
#define DEFAULT_EXECUTION_LIMIT_NS (300 * NS_PER_S)
/* More than all blocks that the runtime follows. */
#define QUARANTINE_MIB_MAX 16384
#define UNSET UINT64_MAX

const struct option_choice search_strategies[] = {
#define STRATEGY(symbol, name) { name, SEARCH_##symbol },
	SEARCH_STRATEGIES(STRATEGY)
#undef STRATEGY
		{ NULL, 0 },
};

static const struct option_choice models[] = {
	{ "sc", WIRE_MODEL_SC },
	{ "c11", WIRE_MODEL_C11 },
	{ NULL, 0 },
};

enum predictions_wanted { PREDICTIONS_OFF, PREDICTIONS_ON, PREDICTIONS_FAIL };

static const struct option_choice predictions[] = {
	{ "on", PREDICTIONS_ON },
	{ "off", PREDICTIONS_OFF },
	{ "fail", PREDICTIONS_FAIL },
	{ NULL, 0 },
};

static const struct option_choice switches[] = {
	{ "on", 1 },
	{ "off", 0 },
	{ NULL, 0 },
};

static const char examples[] =
	"  weft test -- ./server-test --port 0\n"
	"      1000 executions; what is found is written to 'weft-out'\n"
	"  weft test --time 1m --first --json weft.json -- ./server-test\n"
	"      for CI: stop at the first finding, or after a minute\n"
	"  weft test --check-output -- pigz -c -p 4 FILE\n"
	"      also what prints something else than without preemption is a finding\n"
	"  weft replay weft-out/NAME.weft\n"
	"      a finding again; the report says the name\n";

/* What the command line says. */
struct settings {
	uint64_t schedules;
	uint64_t time_ns;
	uint64_t seed;
	uint64_t jobs;
	uint64_t step_limit;
	uint64_t memory_limit_mib;
	uint64_t quarantine_mib;
	uint64_t stall_limit_ns;
	uint64_t execution_limit_ns;
	int strategy;
	int model;
	int points;
	int carrier;
	int races;
	const char *misuse;
	int predictions;
	struct option_texts suppressions;
	bool first;
	bool check_output;
	bool quiet;
	const char *out_dir;
	struct report_options reports;
	char **command;
};

static struct settings settings = {
	.schedules = UNSET,
	.seed = DEFAULT_SEED,
	.quarantine_mib = WIRE_QUARANTINE_MIB,
	.execution_limit_ns = DEFAULT_EXECUTION_LIMIT_NS,
	.races = 1,
	.misuse = "usual",
	.predictions = PREDICTIONS_ON,
	.out_dir = "weft-out",
};

static const struct option_spec options[] = {
	{ .name = "schedules",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.help = "run at most N executions (default 1000)",
		.target = &settings.schedules },
	{ .name = "time",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.min = 1,
		.help = "stop after this time, 30s or 2m; alone, schedules are "
			"unlimited",
		.target = &settings.time_ns },
	{ .name = "first",
		.kind = OPTION_FLAG,
		.help = "stop at the first finding",
		.target = &settings.first },
	{ .name = "seed",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.help = "what decisions and the program's random data derive from (default 1)",
		.target = &settings.seed },
	{ .name = "strategy",
		.kind = OPTION_CHOICE,
		.choices = search_strategies,
		.help = "what decides in an execution (default auto: in turn)",
		.target = &settings.strategy },
	{ .name = "model",
		.kind = OPTION_CHOICE,
		.choices = models,
		.help = "memory model (default sc)",
		.target = &settings.model },
	{ .name = "points",
		.kind = OPTION_CHOICE,
		.choices = subject_points,
		.help = "memory accesses to schedule at (default auto: that conflict)",
		.target = &settings.points },
	{ .name = "carrier",
		.kind = OPTION_CHOICE,
		.choices = subject_carriers,
		.help = "what threads run on (default fiber)",
		.target = &settings.carrier },
	{ .name = "jobs",
		.letter = 'j',
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.max = CAMPAIGN_JOBS_MAX,
		.help = "executions at a time (default: as many as cores)",
		.target = &settings.jobs },
	{ .name = "check-output",
		.kind = OPTION_FLAG,
		.help = "output other than the first execution's is a finding",
		.target = &settings.check_output },
	{ .name = "races",
		.kind = OPTION_CHOICE,
		.choices = switches,
		.help = "report data races (default on)",
		.target = &settings.races },
	{ .name = "misuse",
		.kind = OPTION_TEXT,
		.value_name = "LIST",
		.help = "misuses of locks to report: all, usual, off or names (default usual)",
		.target = &settings.misuse },
	{ .name = "predictions",
		.kind = OPTION_CHOICE,
		.choices = predictions,
		.help = "predict deadlocks; fail: exit 1 for those not driven, too (default "
			"on)",
		.target = &settings.predictions },
	{ .name = "suppressions",
		.kind = OPTION_TEXTS,
		.value_name = "FILE",
		.help = "leave out the races that FILE names, as for TSan; may be repeated",
		.target = &settings.suppressions },
	{ .name = "step-limit",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.help = "an execution of more operations hangs (default 20M)",
		.target = &settings.step_limit },
	{ .name = "stall-limit",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.min = 1,
		.help = "an execution without any operation hangs (default 10s)",
		.target = &settings.stall_limit_ns },
	{ .name = "execution-limit",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.min = 1,
		.help = "an execution that takes longer hangs (default 5m)",
		.target = &settings.execution_limit_ns },
	{ .name = "memory-limit",
		.kind = OPTION_COUNT,
		.value_name = "MIB",
		.min = 1,
		.max = UINT32_MAX,
		.help = "let an execution have no more memory than this (default: no limit)",
		.target = &settings.memory_limit_mib },
	{ .name = "quarantine",
		.kind = OPTION_COUNT,
		.value_name = "MIB",
		.max = QUARANTINE_MIB_MAX,
		.help = "freed heap blocks kept from being used again (default 16)",
		.target = &settings.quarantine_mib },
	{ .name = "out",
		.kind = OPTION_TEXT,
		.value_name = "DIR",
		.help = "where schedules are written (default weft-out)",
		.target = &settings.out_dir },
	REPORT_OPTIONS(settings.reports),
	{ .name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "print findings and errors only",
		.target = &settings.quiet },
	{ .name = NULL },
};

/* One run of the command. */
struct session {
	struct subject subject;
	struct finding_expectation expectation;
	struct campaign_options options;
	struct campaign_stats stats;
	struct failures failures;
	struct races races;
	struct misuses misuses;
	struct atomicity atomicity;
	struct conditions conditions;
	struct suppressions suppressions;
	struct progress progress;
	int64_t start_time; /* seconds since 1970 */
};

static void print_error(const struct diag *diag)
{
	fprintf(stderr, "weft test: %s\n", diag->text);
}

/* Returns true when the command is to go on; else `ret_status` is what it ends with. */
static bool read_settings(int argc, char **argv, int *ret_status)
{
	const struct command_syntax syntax = {
		.name = "test",
		.usage = "[options] -- PROGRAM [ARGUMENT...]",
		.summary = "Runs PROGRAM under many schedules and reports the concurrency bugs "
			   "seen.",
		.options = options,
		.examples = examples,
		.takes_program = true,
	};
	struct command_line line;

	if (!options_read(&syntax, argc, argv, &line, ret_status))
		return false;
	settings.command = line.program;
	return true;
}

static int check_settings(struct settings *s, struct diag *diag)
{
	if (!s->command[0])
		return diag_set(diag, -EINVAL,
			"a program is missing: weft test [options] -- PROGRAM [ARGUMENT...]");
	if (s->model != WIRE_MODEL_SC)
		return diag_set(diag, -ENOTSUP,
			"the memory model 'c11' is not in this version of weft; there is 'sc'");
	if (s->schedules == UNSET)
		s->schedules = s->time_ns ? 0 : DEFAULT_SCHEDULES;
	return jobs_settle(&s->jobs, diag);
}

/* Those of the command line, then the one that TSAN_OPTIONS names. */
static int read_suppressions(struct session *session, struct diag *diag)
{
	const struct option_texts *files = &settings.suppressions;
	int r = 0;

	for (size_t i = 0; i < files->count && r >= 0; i++)
		r = suppressions_read(&session->suppressions, files->items[i], diag);
	return r < 0 ? r
		     : suppressions_read_options(&session->suppressions, getenv("TSAN_OPTIONS"),
			       session->subject.program.path, diag);
}

/* Fills everything from the settings; the program is looked at, but not started. */
static int prepare(struct session *session, struct diag *diag)
{
	const struct settings *s = &settings;
	struct server_setup *setup = &session->subject.setup;
	struct subject_options subject = {
		.command = s->command,
		.carrier = (enum wire_carrier)s->carrier,
		.model = (enum wire_model)s->model,
		.points = (enum wire_points)s->points,
	};
	int r = subject_prepare(&session->subject, &subject, diag);

	if (r == 0)
		r = read_suppressions(session, diag);
	if (r < 0)
		return r;
	setup->config.step_limit = s->step_limit ? s->step_limit : setup->config.step_limit;
	setup->config.random_seed = s->seed;
	setup->config.memory_limit_mib = (uint32_t)s->memory_limit_mib;
	setup->config.quarantine_mib = (uint32_t)s->quarantine_mib;
	setup->hash_output = s->check_output;
	if (s->stall_limit_ns)
		setup->stall_limit_ns = s->stall_limit_ns;
	setup->time_limit_ns = s->execution_limit_ns;
	session->expectation.check_output = s->check_output;
	session->options = (struct campaign_options){
		.setup = setup,
		.strategy = (enum search_strategy)s->strategy,
		.seed = s->seed,
		.schedules = s->schedules,
		.time_ns = s->time_ns,
		.jobs = (unsigned int)s->jobs,
		.first = s->first,
	};
	return 0;
}

static FILE *text_stream(void)
{
	return reports_text_stream(&settings.reports);
}

/* Why text for people could not be written, or 0. */
static int stdout_error;

static void flush_text(FILE *stream)
{
	errno = 0;
	if (fflush(stream) != 0 && stream == stdout && !stdout_error)
		stdout_error = errno ? errno : EIO;
}

static void on_progress(void *context, const struct campaign_stats *stats)
{
	struct session *session = context;

	progress_update(&session->progress, stats);
}

static int on_failure(void *context, const struct campaign_failure *failure, struct diag *diag)
{
	struct session *session = context;

	int r = conditions_take(&session->conditions, failure, diag);

	return r < 0 ? r : failures_take(&session->failures, failure, diag);
}

static int on_passed(void *context, const struct campaign_failure *execution, struct diag *diag)
{
	struct session *session = context;
	int r = conditions_take(&session->conditions, execution, diag);

	return r < 0 ? r : atomicity_take(&session->atomicity, execution, diag);
}

static int on_race(void *context, const struct campaign_failure *execution, struct diag *diag)
{
	struct session *session = context;

	return races_take(&session->races, execution, diag);
}

static int on_misuse(void *context, const struct campaign_failure *execution, struct diag *diag)
{
	struct session *session = context;

	return misuses_take(&session->misuses, execution, diag);
}

static void on_examining(void *context, const struct campaign_failure *failure)
{
	struct session *session = context;
	char text[128];

	snprintf(text, sizeof(text), "execution %" PRIu64 ": %s; replaying and minimising",
		failure->failure.request.execution, finding_kind_name(failure->failure.kind));
	progress_note(&session->progress, text);
}

static void on_found(void *context, const struct finding *finding)
{
	struct session *session = context;

	progress_clear(&session->progress);
	report_finding(finding, (enum report_color)settings.reports.color, text_stream());
	flush_text(text_stream());
}

/* `error` is why the campaign could not go on, or NULL. */
static int write_reports(const struct session *session, const char *error)
{
	const struct settings *s = &settings;
	const struct campaign_stats *stats = &session->stats;
	struct report report = {
		.command = s->command,
		.strategy = search_strategy_name((enum search_strategy)s->strategy),
		.seed = s->seed,
		.carrier = (enum wire_carrier)s->carrier,
		.model = (enum wire_model)s->model,
		.points = (enum wire_points)s->points,
		.jobs = (unsigned int)s->jobs,
		.executions = stats->executions,
		.failures = stats->failures,
		.behaviours = stats->behaviours,
		.elapsed_ns = stats->elapsed_ns,
		.threads_max = stats->threads_max,
		.limits = stats->limits,
		.suppressed_races = session->races.suppressed,
		.suppressed = suppressions_findings(&session->suppressions),
		.interrupted = stats->interrupted,
		.error = error,
		.start_time = session->start_time,
		.findings = session->failures.findings.list,
		.finding_count = session->failures.findings.count,
		.notes_fail = settings.predictions == PREDICTIONS_FAIL,
	};

	return reports_write(&s->reports, &report, "test");
}

/* What counts for the exit status. */
static size_t count_errors(const struct session *session)
{
	const struct findings *findings = &session->failures.findings;
	size_t count = 0;

	for (size_t i = 0; i < findings->count; i++)
		count += settings.predictions == PREDICTIONS_FAIL ||
			 !finding_is_note(findings->list[i]->kind);
	return count;
}

static void print_summary(const struct session *session)
{
	FILE *stream = text_stream();
	const struct campaign_stats *stats = &session->stats;
	size_t findings = count_errors(session);
	size_t notes = session->failures.findings.count - findings;

	if (findings)
		fprintf(stream, "%zu finding%s", findings, findings == 1 ? "" : "s");
	else
		fprintf(stream, "nothing found");
	if (notes)
		fprintf(stream, " and %zu prediction%s", notes, notes == 1 ? "" : "s");
	fprintf(stream,
		" in %" PRIu64 " execution%s, %.1f seconds, %" PRIu64
		" distinct behaviour%s%s\n",
		stats->executions, stats->executions == 1 ? "" : "s",
		(double)stats->elapsed_ns / (double)NS_PER_S, stats->behaviours,
		stats->behaviours == 1 ? "" : "s", stats->interrupted ? " (interrupted)" : "");
	flush_text(stream);
}

static const char *plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_suppressed(const struct session *session)
{
	const struct suppressions *suppressions = &session->suppressions;
	uint64_t count = suppressions_findings(suppressions);

	if (!count)
		return;
	fprintf(stderr, "weft test: %" PRIu64 " finding%s %s suppressed:", count, plural(count),
		count == 1 ? "was" : "were");
	for (size_t i = 0; i < suppressions->count; i++) {
		const struct suppression *s = &suppressions->list[i];

		if (s->findings)
			fprintf(stderr, " %s:%s (%" PRIu64 ")", suppression_kind_name(s->kind),
				s->pattern, s->findings);
	}
	fputc('\n', stderr);
}

static void print_race_notes(const struct session *session)
{
	if (session->races.unexamined)
		fprintf(stderr,
			"weft test: %" PRIu64 " more data race%s not examined: it would take "
			"too long\n",
			session->races.unexamined,
			session->races.unexamined == 1 ? " was" : "s were");
	if (session->stats.limits & WIRE_LIMIT_RACES)
		fprintf(stderr, "weft test: there was not room for comparing all memory "
				"accesses: there may be more data races\n");
}

/* What the result does not say: each on a line of its own. */
static void print_notes(const struct session *session)
{
	const struct campaign_stats *stats = &session->stats;
	const struct failures *failures = &session->failures;

	print_suppressed(session);
	if (stats->checks && !settings.quiet)
		fprintf(stderr,
			"weft test: %" PRIu32
			" call%s of weft_check() %s explored, and nothing "
			"else\n",
			stats->checks, plural(stats->checks),
			stats->checks == 1 ? "was" : "took turns in being");
	if (failures->unexamined)
		fprintf(stderr,
			"weft test: %" PRIu64
			" more failing executions were not examined: too many differ\n",
			failures->unexamined);
	if (stats->unsupported)
		fprintf(stderr,
			"weft test: %" PRIu64 " executions could not be controlled: %s\n",
			stats->unsupported, stats->unsupported_message);
	if (stats->disturbed_execution)
		fprintf(stderr,
			"weft test: execution %" PRIu64 " failed (%s) while others ran beside "
			"it, but not alone: they share files, "
			"ports or named memory; went on with one at a time (--jobs 1)\n",
			stats->disturbed_execution, finding_kind_name(stats->disturbed_kind));
	if (failures->slow)
		fprintf(stderr,
			"weft test: %" PRIu64
			" execution%s did nothing for the stall limit, but "
			"went on when given more time; raise --stall-limit\n",
			failures->slow, failures->slow == 1 ? "" : "s");
	if (failures->lengthy)
		fprintf(stderr,
			"weft test: %" PRIu64
			" execution%s did more operations than the step limit, but came to "
			"an end when given more; raise --step-limit\n",
			failures->lengthy, failures->lengthy == 1 ? "" : "s");
	if (stats->limits & WIRE_LIMIT_FOREIGN_THREAD)
		fprintf(stderr,
			"weft test: a library of the program makes threads before main, "
			"which weft can't schedule and which executions lack: what is "
			"found may come from that\n");
	if (session->atomicity.gave_up)
		fprintf(stderr, "weft test: %s: %s%s\n", ATOMICITY_NOT_JUDGED,
			session->atomicity.search.why_not,
			session->atomicity.instrumented ? "" : ATOMICITY_ADVICE);
	if (stats->limits & WIRE_LIMIT_OBSERVATIONS)
		fprintf(stderr, "weft test: more was observed in an execution than weft keeps: "
				"those are not judged\n");
	print_race_notes(session);
	if (settings.quiet)
		return;
	if (stats->executions == 0 && stats->interrupted)
		fprintf(stderr,
			"weft test: not one execution ended: if the program is a service "
			"that waits for clients, test one that also has clients and ends; "
			"see SERVICES in 'man weft-test'\n");
	if (stats->threads_max <= 1 && stats->executions)
		fprintf(stderr, "weft test: the program created no threads\n");
	else if (!session->subject.program.is_instrumented && stats->findings == 0 &&
		 stats->executions)
		fprintf(stderr, "weft test: memory accesses are not instrumented, so threads "
				"were switched at synchronisation and I/O only; see "
				"'weft cc --help'\n");
}

/* Not when the user wants to see an end, nor when there is nothing to be learnt. */
static bool may_predict(const struct session *session)
{
	const struct campaign_stats *stats = &session->stats;

	if (settings.predictions == PREDICTIONS_OFF || stats->interrupted || stats->defect)
		return false;
	if (settings.first && session->failures.findings.count)
		return false;
	return stats->threads_max > 1 && stats->executions > 1 && stats->typical_ns &&
	       stats->typical_ns < PREDICTIONS_EXECUTION_NS;
}

static int predict(struct session *session, struct diag *diag)
{
	struct predictions run = {
		.failures = &session->failures,
		.seed = settings.seed,
		.executions = session->stats.executions,
		.typical_ns = session->stats.typical_ns,
	};
	int r = predictions_run(&run, diag);

	predictions_release(&run);
	return r;
}

/* A campaign that was to be short does not end in a long examination. */
static uint64_t races_budget_ns(void)
{
	uint64_t budget_ns = settings.time_ns ? settings.time_ns / 2 : RACES_BUDGET_NS;

	if (budget_ns < RACES_BUDGET_MIN_NS)
		return RACES_BUDGET_MIN_NS;
	return budget_ns < RACES_BUDGET_NS ? budget_ns : RACES_BUDGET_NS;
}

static int run_campaign(struct session *session, struct diag *diag)
{
	const struct settings *s = &settings;
	const struct campaign_observer observer = {
		.context = session,
		.failed = on_failure,
		.passed = on_passed,
		.raced = s->races ? on_race : NULL,
		.misused = session->misuses.kinds ? on_misuse : NULL,
		.progress = on_progress,
	};
	enum progress_style style = s->quiet ? PROGRESS_NONE : progress_style_of_stderr();

	session->failures = (struct failures){
		.setup = &session->subject.setup,
		.expectation = &session->expectation,
		.suppressions = &session->suppressions,
		.stopped = interrupt_requested,
		.out_dir = s->out_dir,
		.context = session,
		.examining = on_examining,
		.found = on_found,
	};
	session->races = (struct races){
		.failures = &session->failures,
		.budget_ns = races_budget_ns(),
		.at_once = s->first,
	};
	session->misuses.failures = &session->failures;
	session->misuses.at_once = s->first;
	session->atomicity.failures = &session->failures;
	session->atomicity.time_limit_ns = s->time_ns;
	session->atomicity.instrumented =
		session->subject.program.is_instrumented && s->points != WIRE_POINTS_SYNC;
	session->conditions.failures = &session->failures;
	progress_init(&session->progress, style, &session->options);

	int r = campaign_run(
		&session->options, &session->expectation, &observer, &session->stats, diag);

	/* What was seen before a campaign failed is worth telling, too. */
	struct diag unused;
	int finished = races_finish(&session->races, r < 0 ? &unused : diag);

	if (r >= 0)
		r = finished;
	if (r >= 0)
		r = misuses_finish(&session->misuses, diag);
	/* Of a campaign that was cut short nobody knows what it would have come by. */
	if (r >= 0 && !session->stats.interrupted &&
		!(s->first && session->failures.findings.count))
		r = conditions_finish(&session->conditions, diag);
	if (r >= 0 && may_predict(session))
		r = predict(session, diag);
	progress_clear(&session->progress);
	return r;
}

/* All that was printed has arrived, or its reader left on purpose. */
static int check_stdout(struct diag *diag)
{
	flush_text(stdout);
	if (!stdout_error || stdout_error == EPIPE)
		return 0;
	return diag_set(diag, -stdout_error, "cannot write to standard output: %s",
		strerror(stdout_error));
}

/* Tells how it ended; `r` and `diag` are what the campaign returned. */
static int conclude(struct session *session, int r, const struct diag *diag)
{
	bool found = count_errors(session) > 0;
	struct diag output_diag;
	int saved = 0;

	if (session->failures.out_dir_failed)
		print_error(&session->failures.out_dir_diag);
	if (!settings.quiet && (session->stats.executions || session->stats.interrupted))
		print_summary(session);
	print_notes(session);
	if (r < 0)
		print_error(diag);

	if (session->stats.executions || session->stats.interrupted)
		saved = write_reports(session, r < 0 ? diag->text : NULL);
	if (check_stdout(&output_diag) < 0) {
		print_error(&output_diag);
		saved = -EIO;
	}
	if (session->stats.defect)
		return EXIT_DEFECT;
	if (found)
		return EXIT_FINDING;
	return r < 0 || saved < 0 ? EXIT_USAGE : EXIT_NOTHING_FOUND;
}

int cmd_test(int argc, char **argv)
{
	static struct session session;
	struct diag diag;
	int status;

	if (!read_settings(argc, argv, &status))
		return status;

	int r = check_settings(&settings, &diag);

	if (r == 0)
		r = misuses_parse(settings.misuse, &session.misuses.kinds, &diag);
	if (r == 0)
		r = reports_prepare(&settings.reports, &diag);
	if (r == 0)
		r = prepare(&session, &diag);
	if (r == 0)
		r = session.options.stop_fd = interrupt_install(&diag);
	if (r >= 0)
		r = input_copy(STDIN_FILENO, session.options.stop_fd,
			&session.subject.setup.input_fd, &diag);
	if (r < 0)
		return command_fail("test", &diag);
	process_adopt_orphans();
	session.start_time = time(NULL);
	r = run_campaign(&session, &diag);
	status = conclude(&session, r, &diag);
	races_release(&session.races);
	misuses_release(&session.misuses);
	atomicity_release(&session.atomicity);
	conditions_release(&session.conditions);
	suppressions_release(&session.suppressions);
	failures_release(&session.failures);
	process_end_orphans();
	subject_release(&session.subject);
	reports_release(&settings.reports);
	return status;
}
