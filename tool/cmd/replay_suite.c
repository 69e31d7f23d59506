/* SPDX-License-Identifier: Apache-2.0 */
/* One test for each schedule of a folder; see replay_suite.h. */
#include "tool/cmd/replay_suite.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/analysis/replay.h"
#include "tool/cmd/cmd.h"
#include "tool/cmd/rerun.h"
#include "tool/cmd/rerun_lab.h"
#include "tool/cmd/sql_replay.h"
#include "tool/launch/clock.h"
#include "tool/report/report.h"
#include "tool/report/xml.h"
#include "tool/search/interrupt.h"
#include "tool/sql/run/schedule.h"

struct suite_case {
	char *path;
	int status;    /* enum exit_code */
	char *message; /* in one line */
	char *details; /* the finding's report, or NULL */
	uint64_t elapsed_ns;
};

/* ---- one schedule ---- */

static char *text_of(const char *format, const char *a, const char *b)
{
	char *text;

	return asprintf(&text, format, a, b) < 0 ? NULL : text;
}

static void judge(struct suite_case *result, const struct replay *replay)
{
	if (replay->finding) {
		result->status = EXIT_FINDING;
		result->message = text_of("%s: %s", finding_kind_name(replay->finding->kind),
			replay->finding->summary);
		result->details = report_finding_text(replay->finding);
	} else if (replay->applied < replay->decisions && !replay->searched) {
		result->status = EXIT_DOES_NOT_FIT;
		result->message =
			text_of("the schedule no longer fits the program%s%s", "", "");
	} else {
		result->status = EXIT_NOTHING_FOUND;
		result->message = text_of("%s%s",
			replay->searched ? "the schedule no longer fits, and a search found "
					   "nothing"
					 : "no failure",
			"");
	}
}

static int run_ready(struct rerun *rerun, struct suite_case *result, struct diag *diag)
{
	struct rerun_lab lab;
	struct replay replay;
	int r = rerun_lab_open(&lab, rerun, diag);

	if (r >= 0)
		r = replay_run(&lab.lab, rerun->schedule, &replay, diag);
	rerun_lab_release(&lab);
	if (r < 0)
		return r;
	judge(result, &replay);
	replay_release(&replay);
	return 0;
}

/* In the schedule's folder, and back. */
static int run_program(struct rerun *rerun, const struct command_line *line,
	struct suite_case *result, struct diag *diag)
{
	struct diag back = { .text = "" };
	int r = rerun_prepare(rerun, result->path, line, diag);

	if (r >= 0)
		r = run_ready(rerun, result, diag);
	if (rerun_return(rerun, &back) < 0 && r >= 0) {
		*diag = back;
		r = -EIO;
	}
	return r;
}

static int run_sql(const struct replay_suite *suite, const struct schedule *schedule,
	struct sql_servers *servers, struct suite_case *result)
{
	struct sql_replay replay = {
		.name = result->path,
		.connection = suite->connection,
		.start = suite->start_server,
		.color = REPORT_COLOR_NEVER,
		.servers = servers,
	};
	size_t size;

	replay.details = open_memstream(&result->details, &size);
	if (!replay.details)
		return -ENOMEM;
	result->status = sql_replay_run(schedule, &replay);
	fclose(replay.details);
	if (result->status == EXIT_DOES_NOT_FIT)
		result->message =
			text_of("the schedule no longer fits: %s%s", replay.result.text, "");
	else
		result->message = strdup(replay.result.text);
	return 0;
}

static void run_one(const struct replay_suite *suite, const struct command_line *line,
	struct sql_servers *servers, struct suite_case *result)
{
	struct rerun rerun = RERUN_INIT;
	struct diag diag = { .text = "no memory" };
	uint64_t start_ns = clock_now_ns();
	int r;

	rerun.carrier = suite->carrier;
	r = schedule_read(result->path, &rerun.schedule, &diag);
	if (r >= 0)
		r = sql_schedule_is(rerun.schedule)
			    ? run_sql(suite, rerun.schedule, servers, result)
			    : run_program(&rerun, line, result, &diag);
	if (r < 0) {
		result->status = EXIT_USAGE;
		result->message = strdup(diag.text);
	}
	result->elapsed_ns = clock_now_ns() - start_ns;
	rerun_release(&rerun);
}

/* After Ctrl-C. */
static void leave_out(struct suite_case *result)
{
	result->status = EXIT_USAGE;
	result->message = strdup("not replayed: interrupted");
}

/* ---- the folder ---- */

static int is_schedule(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && dot != entry->d_name && strcmp(dot, ".weft") == 0;
}

/* By name, so that each run is the same. */
static int list_schedules(const struct replay_suite *suite, struct suite_case **ret_results)
{
	struct dirent **entries;
	int count = scandir(suite->folder, &entries, is_schedule, alphasort);
	struct suite_case *results = NULL;

	if (count < 0)
		return -errno;
	results = calloc((size_t)count + 1, sizeof(*results));
	for (int i = 0; i < count; i++) {
		if (results)
			results[i].path = text_of("%s/%s", suite->folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	*ret_results = results;
	return results ? count : -ENOMEM;
}

/* ---- what is told ---- */

static const char *verdict_of(int status)
{
	switch (status) {
	case EXIT_NOTHING_FOUND:
		return "passed";
	case EXIT_FINDING:
		return "FAILED";
	case EXIT_DOES_NOT_FIT:
		return "does not fit";
	default:
		return "error";
	}
}

static void tell(const struct suite_case *result, FILE *stream)
{
	fprintf(stream, "%-12s %s: %s\n", verdict_of(result->status), result->path,
		result->message ? result->message : "no memory");
}

static void write_case(const struct suite_case *result, FILE *stream)
{
	bool failed = result->status == EXIT_FINDING;

	fputs("    <testcase", stream);
	xml_write_attribute("classname", "weft.replay", stream);
	xml_write_attribute("name", result->path, stream);
	fprintf(stream, " time=\"%llu.%03llu\"",
		(unsigned long long)(result->elapsed_ns / NS_PER_S),
		(unsigned long long)(result->elapsed_ns / (NS_PER_S / 1000) % 1000));
	if (result->status == EXIT_NOTHING_FOUND) {
		fputs("/>\n", stream);
		return;
	}
	fprintf(stream, ">\n      <%s", failed ? "failure" : "error");
	xml_write_attribute("message", result->message ? result->message : "", stream);
	fputc('>', stream);
	xml_write_text(result->details ? result->details : "", stream);
	fprintf(stream, "</%s>\n    </testcase>\n", failed ? "failure" : "error");
}

static void write_junit(const struct replay_suite *suite, const struct suite_case *results,
	int count, FILE *stream)
{
	int failures = 0, errors = 0;

	for (int i = 0; i < count; i++) {
		failures += results[i].status == EXIT_FINDING;
		errors += results[i].status != EXIT_FINDING &&
			  results[i].status != EXIT_NOTHING_FOUND;
	}
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", stream);
	xml_write_attribute("name", suite->folder, stream);
	fprintf(stream, " tests=\"%d\" failures=\"%d\" errors=\"%d\">\n", count, failures,
		errors);
	for (int i = 0; i < count; i++)
		write_case(&results[i], stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
}

static int save_junit(
	const struct replay_suite *suite, const struct suite_case *results, int count)
{
	bool to_stdout = strcmp(suite->junit, "-") == 0;
	FILE *stream = to_stdout ? stdout : fopen(suite->junit, "we");
	struct diag diag;
	bool failed;

	if (stream)
		write_junit(suite, results, count, stream);
	failed = !stream || fflush(stream) != 0 || ferror(stream);
	if (stream && !to_stdout)
		failed = fclose(stream) != 0 || failed;
	if (!failed)
		return 0;
	diag_set(&diag, -EIO, "cannot write '%s': %s", suite->junit, strerror(errno));
	command_fail("replay", &diag);
	return -EIO;
}

/* A failure outweighs what could not be run, and that what does not fit. */
static int worse(int a, int b)
{
	static const int order[] = { EXIT_FINDING, EXIT_USAGE, EXIT_DOES_NOT_FIT };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_NOTHING_FOUND;
}

static int run_all(const struct replay_suite *suite, const struct command_line *line,
	struct suite_case *results, int count)
{
	FILE *stream = suite->junit && strcmp(suite->junit, "-") == 0 ? stderr : stdout;
	struct sql_servers servers = { 0 };
	int status = EXIT_NOTHING_FOUND, passed = 0;

	for (int i = 0; i < count; i++) {
		if (interrupt_requested())
			leave_out(&results[i]);
		else
			run_one(suite, line, &servers, &results[i]);
		tell(&results[i], stream);
		fflush(stream);
		status = worse(status, results[i].status);
		passed += results[i].status == EXIT_NOTHING_FOUND;
	}
	sql_servers_stop(&servers);
	fprintf(stream, "%d of %d schedules passed\n", passed, count);
	if (suite->junit && save_junit(suite, results, count) < 0)
		status = worse(status, EXIT_USAGE);
	return status;
}

int replay_suite_run(const struct replay_suite *suite, const struct command_line *line)
{
	struct suite_case *results = NULL;
	struct diag diag;
	int count = list_schedules(suite, &results);
	int status;

	if (count < 0) {
		diag_set(&diag, count, "cannot read '%s': %s", suite->folder, strerror(-count));
		return command_fail("replay", &diag);
	}
	if (count == 0) {
		diag_set(
			&diag, -ENOENT, "there is no schedule (*.weft) in '%s'", suite->folder);
		free(results);
		return command_fail("replay", &diag);
	}
	status = run_all(suite, line, results, count);
	for (int i = 0; i < count; i++) {
		free(results[i].path);
		free(results[i].message);
		free(results[i].details);
	}
	free(results);
	return status;
}
