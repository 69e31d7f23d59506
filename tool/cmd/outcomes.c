/* SPDX-License-Identifier: Apache-2.0 */
/* `weft outcomes`: every distinct outcome of a program, as a table and as a test. */
#include "tool/search/outcomes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/expected.h"
#include "tool/cmd/jobs.h"
#include "tool/cmd/options.h"
#include "tool/cmd/reports.h"
#include "tool/cmd/subject.h"
#include "tool/launch/input.h"
#include "tool/launch/process.h"
#include "tool/report/outcomes.h"
#include "tool/search/atomicity.h"
#include "tool/search/interrupt.h"
#include "tool/search/progress.h"

#define DEFAULT_SCHEDULES 1000
#define UNSET UINT64_MAX

static const char examples[] =
	"  weft outcomes -- ./transfer-test\n"
	"      what can come out of it, and which of that takes a preemption\n"
	"  weft outcomes --save outcomes.txt -- ./transfer-test\n"
	"      the same into a file, to be looked through and committed\n"
	"  weft outcomes --expect outcomes.txt -- ./transfer-test\n"
	"      for CI: fails when there is an outcome that the file does not list\n";

/* What the command line says, and one run of the command. */
struct session {
	uint64_t schedules;
	uint64_t time_ns;
	uint64_t seed;
	uint64_t jobs;
	uint64_t step_limit;
	uint64_t stall_limit_ns;
	int strategy;
	int points;
	int carrier;
	int color;
	bool quiet;
	const char *out_dir;
	const char *json;
	const char *expect;
	const char *save;
	char **command;

	struct subject subject;
	struct campaign_options options;
	struct campaign_stats stats;
	struct finding_expectation expectation;
	struct failures failures;
	struct outcomes outcomes;
	struct atomicity atomicity;
	struct expected expected;
	struct progress progress;
	struct outcomes_row *rows;
	const char **missing;
};

static struct session session = {
	.schedules = UNSET,
	.seed = 1,
	.out_dir = "weft-out",
};

static const struct option_spec options[] = {
	{ .name = "schedules",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.help = "run at most N executions (default 1000)",
		.target = &session.schedules },
	{ .name = "time",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.min = 1,
		.help = "stop after this time, 30s or 2m; alone, schedules are unlimited",
		.target = &session.time_ns },
	{ .name = "expect",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "exit 1 when there is an outcome that FILE does not list",
		.target = &session.expect },
	{ .name = "save",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "write the outcomes for --expect",
		.target = &session.save },
	{ .name = "seed",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.help = "what decisions and the program's random data derive from (default 1)",
		.target = &session.seed },
	{ .name = "strategy",
		.kind = OPTION_CHOICE,
		.choices = search_strategies,
		.help = "what decides in an execution (default auto: in turn)",
		.target = &session.strategy },
	{ .name = "points",
		.kind = OPTION_CHOICE,
		.choices = subject_points,
		.help = "memory accesses to schedule at (default auto: that conflict)",
		.target = &session.points },
	{ .name = "carrier",
		.kind = OPTION_CHOICE,
		.choices = subject_carriers,
		.help = "what threads run on (default fiber)",
		.target = &session.carrier },
	{ .name = "jobs",
		.letter = 'j',
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.max = CAMPAIGN_JOBS_MAX,
		.help = "executions at a time (default: as many as cores)",
		.target = &session.jobs },
	{ .name = "step-limit",
		.kind = OPTION_COUNT,
		.value_name = "N",
		.min = 1,
		.help = "an execution of more operations hangs (default 20M)",
		.target = &session.step_limit },
	{ .name = "stall-limit",
		.kind = OPTION_DURATION,
		.value_name = "DURATION",
		.min = 1,
		.help = "an execution without any operation hangs (default 10s)",
		.target = &session.stall_limit_ns },
	{ .name = "out",
		.kind = OPTION_TEXT,
		.value_name = "DIR",
		.help = "where schedules are written (default weft-out)",
		.target = &session.out_dir },
	{ .name = "json",
		.kind = OPTION_TEXT,
		.value_name = "FILE",
		.help = "write the result as JSON ('-': to stdout)",
		.target = &session.json },
	{ .name = "color",
		.kind = OPTION_CHOICE,
		.choices = report_colors,
		.help = "colours (default auto: on a terminal, unless NO_COLOR is set)",
		.target = &session.color },
	{ .name = "quiet",
		.letter = 'q',
		.kind = OPTION_FLAG,
		.help = "print the table and errors only",
		.target = &session.quiet },
	{ .name = NULL },
};

/* Returns true when the command is to go on; else `ret_status` is what it ends with. */
static bool read_command_line(int argc, char **argv, int *ret_status)
{
	const struct command_syntax syntax = {
		.name = "outcomes",
		.usage = "[options] -- PROGRAM [ARGUMENT...]",
		.summary =
			"Runs PROGRAM under many schedules and lists every distinct outcome: "
			"exit status, output and\nwhat it gave weft_observe(), with a schedule "
			"of the fewest preemptions for each.",
		.options = options,
		.examples = examples,
		.takes_program = true,
	};
	struct command_line line;

	if (!options_read(&syntax, argc, argv, &line, ret_status))
		return false;
	session.command = line.program;
	return true;
}

static int prepare(struct session *s, struct diag *diag)
{
	const struct subject_options subject = {
		.command = s->command,
		.carrier = (enum wire_carrier)s->carrier,
		.points = (enum wire_points)s->points,
	};
	struct server_setup *setup = &s->subject.setup;
	int r = 0;

	if (!s->command[0])
		return diag_set(diag, -EINVAL,
			"a program is missing: weft outcomes [options] -- PROGRAM "
			"[ARGUMENT...]");
	if (s->schedules == UNSET)
		s->schedules = s->time_ns ? 0 : DEFAULT_SCHEDULES;
	if (s->expect)
		r = expected_read(&s->expected, s->expect, diag);
	if (r == 0)
		r = jobs_settle(&s->jobs, diag);
	if (r == 0)
		r = subject_prepare(&s->subject, &subject, diag);
	if (r < 0)
		return r;
	setup->config.random_seed = s->seed;
	if (s->step_limit)
		setup->config.step_limit = s->step_limit;
	if (s->stall_limit_ns)
		setup->stall_limit_ns = s->stall_limit_ns;
	setup->hash_output = true;
	s->expectation.any_exit_status = true;
	s->options = (struct campaign_options){
		.setup = setup,
		.strategy = (enum search_strategy)s->strategy,
		.seed = s->seed,
		.schedules = s->schedules,
		.time_ns = s->time_ns,
		.jobs = (unsigned int)s->jobs,
	};
	return 0;
}

/* ---- the campaign ---- */

static void on_progress(void *context, const struct campaign_stats *stats)
{
	(void)context;
	progress_update(&session.progress, stats);
}

static int on_failure(void *context, const struct campaign_failure *failure, struct diag *diag)
{
	(void)context;
	return failures_take(&session.failures, failure, diag);
}

static int on_passed(void *context, const struct campaign_failure *execution, struct diag *diag)
{
	int r = outcomes_take(&session.outcomes, execution, diag);
	int judged = r < 0 ? 0 : atomicity_take(&session.atomicity, execution, diag);

	(void)context;
	return judged < 0 ? judged : r;
}

static void on_examining(void *context, const struct campaign_failure *failure)
{
	char text[128];

	(void)context;
	snprintf(text, sizeof(text), "execution %" PRIu64 ": %s; replaying and minimising",
		failure->failure.request.execution, finding_kind_name(failure->failure.kind));
	progress_note(&session.progress, text);
}

/* It is a row of the table at the end. */
static void on_found(void *context, const struct finding *finding)
{
	(void)context;
	(void)finding;
}

static int run_campaign(struct session *s, struct diag *diag)
{
	const struct campaign_observer observer = {
		.failed = on_failure,
		.passed = on_passed,
		.progress = on_progress,
	};
	int r;

	s->failures = (struct failures){
		.setup = &s->subject.setup,
		.expectation = &s->expectation,
		.stopped = interrupt_requested,
		.out_dir = s->out_dir,
		.examining = on_examining,
		.found = on_found,
	};
	s->outcomes.failures = &s->failures;
	s->atomicity.failures = &s->failures;
	s->atomicity.time_limit_ns = s->time_ns;
	s->atomicity.instrumented =
		s->subject.program.is_instrumented && s->points != WIRE_POINTS_SYNC;
	progress_init(&s->progress, s->quiet ? PROGRESS_NONE : progress_style_of_stderr(),
		&s->options);
	r = campaign_run(&s->options, &s->expectation, &observer, &s->stats, diag);
	if (r >= 0 && s->stats.executions)
		r = outcomes_finish(&s->outcomes, &s->stats, s->seed, diag);
	progress_clear(&s->progress);
	return r;
}

/* ---- the table ---- */

static void fill_failure(
	const struct session *s, const struct finding *finding, struct outcomes_row *row)
{
	bool all_passed =
		s->outcomes.all_nonpreemptive && s->outcomes.nonpreemptive_failures == 0;

	*row = (struct outcomes_row){
		.identity = finding->fingerprint,
		.times_seen = finding->times_seen,
		.first_execution = finding->first_execution,
		.finding = finding,
		.is_failure = true,
		.need = !finding->preemptions && finding->replays ? OUTCOME_WITHOUT
			: all_passed				  ? OUTCOME_NEEDS_ONE
								  : OUTCOME_UNSEEN,
	};
}

static int fill_rows(struct session *s)
{
	size_t outcomes = s->outcomes.count;
	size_t failures = s->failures.findings.count;

	s->rows = calloc(outcomes + failures + 1, sizeof(*s->rows));
	s->missing = calloc(s->expected.count + 1, sizeof(*s->missing));
	if (!s->rows || !s->missing)
		return -ENOMEM;
	for (size_t i = 0; i < outcomes; i++) {
		const struct outcome_row *row = &s->outcomes.rows[i];

		s->rows[i] = (struct outcomes_row){
			.identity = row->identity,
			.times_seen = row->times_seen,
			.first_execution = row->first_execution,
			.text = outcome_row_text(row, true),
			.output_size = row->output_size,
			.need = row->need,
			.finding = row->finding,
		};
	}
	for (size_t i = 0; i < failures; i++)
		fill_failure(s, s->failures.findings.list[i], &s->rows[outcomes + i]);
	return 0;
}

/* Returns how many outcomes are not listed. */
static size_t compare(struct session *s, struct outcomes_report *report)
{
	size_t unexpected = 0;

	for (size_t i = 0; i < report->row_count; i++) {
		expected_compare(&s->expected, &s->rows[i]);
		unexpected += !s->rows[i].expected;
	}
	for (size_t i = 0; i < s->expected.count; i++)
		if (!s->expected.lines[i].seen)
			s->missing[report->missing_count++] = s->expected.lines[i].text;
	return s->expect ? unexpected : 0;
}

static const char *name_of(const struct option_choice *choices, int value)
{
	while (choices->name && choices->value != value)
		choices++;
	return choices->name;
}

static int write_json(const void *context, FILE *stream)
{
	return outcomes_write_json(context, stream);
}

static void tell(const struct diag *diag)
{
	fprintf(stderr, "weft outcomes: %s\n", diag->text);
}

/* Returns the last failure. */
static int write_files(const struct session *s, const struct outcomes_report *report)
{
	const struct report_writer writer = { "JSON", write_json, report };
	bool to_stdout = s->json && strcmp(s->json, "-") == 0;
	struct diag diag;
	int r = outcomes_write_text(
		report, (enum report_color)s->color, to_stdout ? stderr : stdout);

	if (s->json && (r = report_save_with(&writer, s->json, &diag)) < 0)
		tell(&diag);
	if (s->save && expected_save(report, s->save, &diag) < 0) {
		tell(&diag);
		r = -EIO;
	}
	return r;
}

static void print_notes(const struct session *s)
{
	const struct outcomes *outcomes = &s->outcomes;

	if (s->failures.out_dir_failed)
		tell(&s->failures.out_dir_diag);
	if (outcomes->too_many)
		fprintf(stderr,
			"weft outcomes: there are more than %d outcomes; further ones are not "
			"listed\n",
			OUTCOMES_MAX);
	if (outcomes->values_overflowed)
		fprintf(stderr, "weft outcomes: more was observed in an execution than weft "
				"keeps: what came later is not compared\n");
	if (s->atomicity.gave_up)
		fprintf(stderr, "weft outcomes: %s: %s%s\n", ATOMICITY_NOT_JUDGED,
			s->atomicity.search.why_not,
			s->atomicity.instrumented ? "" : ATOMICITY_ADVICE);
	if (outcomes->unexamined)
		fprintf(stderr,
			"weft outcomes: %" PRIu64
			" outcomes have no schedule: too many differ\n",
			outcomes->unexamined);
	if (s->stats.unsupported)
		fprintf(stderr,
			"weft outcomes: %" PRIu64 " executions could not be controlled: %s\n",
			s->stats.unsupported, s->stats.unsupported_message);
}

static int conclude(struct session *s, int r, const struct diag *diag)
{
	struct outcomes_report report = {
		.command = s->command,
		.strategy = name_of(search_strategies, s->strategy),
		.seed = s->seed,
		.carrier = (enum wire_carrier)s->carrier,
		.points = (enum wire_points)s->points,
		.executions = s->stats.executions,
		.elapsed_ns = s->stats.elapsed_ns,
		.nonpreemptive = s->outcomes.nonpreemptive,
		.all_nonpreemptive = s->outcomes.all_nonpreemptive,
		.interrupted = s->stats.interrupted,
		.limits = s->stats.limits,
		.error = r < 0 ? diag->text : NULL,
		.has_expected = s->expect != NULL,
		.row_count = s->outcomes.count + s->failures.findings.count,
	};
	size_t unexpected;
	int saved;

	if (fill_rows(s) < 0)
		return EXIT_USAGE;
	report.rows = s->rows;
	report.missing = s->missing;
	unexpected = compare(s, &report);
	saved = s->stats.executions ? write_files(s, &report) : 0;
	if (!s->quiet || s->outcomes.values_overflowed)
		print_notes(s);
	if (r < 0)
		tell(diag);
	if (unexpected)
		fprintf(stderr, "weft outcomes: %zu outcome%s not in '%s'\n", unexpected,
			unexpected == 1 ? " is" : "s are", s->expect);
	if (s->stats.defect)
		return EXIT_DEFECT;
	if (unexpected)
		return EXIT_FINDING;
	return r < 0 || saved < 0 ? EXIT_USAGE : EXIT_NOTHING_FOUND;
}

static void release(struct session *s)
{
	free(s->rows);
	free(s->missing);
	outcomes_release(&s->outcomes);
	atomicity_release(&s->atomicity);
	failures_release(&s->failures);
	expected_release(&s->expected);
	subject_release(&s->subject);
}

int cmd_outcomes(int argc, char **argv)
{
	struct diag diag;
	int status, r;

	if (!read_command_line(argc, argv, &status))
		return status;
	r = prepare(&session, &diag);
	if (r == 0)
		r = session.options.stop_fd = interrupt_install(&diag);
	if (r >= 0)
		r = input_copy(STDIN_FILENO, session.options.stop_fd,
			&session.subject.setup.input_fd, &diag);
	if (r < 0)
		return command_fail("outcomes", &diag);
	process_adopt_orphans();
	r = run_campaign(&session, &diag);
	status = conclude(&session, r, &diag);
	process_end_orphans();
	release(&session);
	return status;
}
