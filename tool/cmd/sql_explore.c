/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An engine's campaign stays open until the reports are written, which tell of its schema and
 * version. See sql_explore.h.
 */
#include "tool/cmd/sql_explore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/sql_save.h"
#include "tool/launch/clock.h"
#include "tool/search/interrupt.h"
#include "tool/sql/engine/server.h"
#include "tool/sql/run/schedule.h"

/* One engine. */
struct visit {
	struct engine_config config;
	struct sql_campaign campaign;
	struct private_server *server;
};

struct explorer {
	const struct sql_exploration *request;
	struct sql_options options;
	struct progress progress;
	uint64_t start_ns;
	struct visit visits[SPEC_ENGINES];
	struct sql_campaign *campaigns[SPEC_ENGINES]; /* those that ran */
	size_t campaign_count;
	size_t engine_count;
};

/* ---- progress ---- */

static void show_progress(void *context, const struct sql_progress *now)
{
	struct explorer *explorer = context;
	uint64_t elapsed_ns = clock_now_ns() - explorer->start_ns;
	const struct sql_campaign *campaign = explorer->campaigns[explorer->campaign_count - 1];
	char text[160], engine[32] = "";

	if (explorer->engine_count > 1)
		snprintf(engine, sizeof(engine),
			"%s: ", spec_engine_name(campaign->engine->ops->id));
	if (now->fix)
		snprintf(text, sizeof(text), "%strying the fix '%s', %" PRIu64 " execution%s",
			engine, now->fix, now->executions, now->executions == 1 ? "" : "s");
	else
		snprintf(text, sizeof(text), "%s%" PRIu64 " execution%s, %.0f/s, %zu finding%s",
			engine, now->executions, now->executions == 1 ? "" : "s",
			(double)now->executions * 1e9 / (double)(elapsed_ns + 1), now->findings,
			now->findings == 1 ? "" : "s");
	progress_tell(&explorer->progress, elapsed_ns, text);
}

/* ---- which engines ---- */

static bool has_server(enum spec_engine engine)
{
	return engine != SPEC_SQLITE;
}

static bool is_started(const struct sql_exploration *request, enum spec_engine engine)
{
	return has_server(engine) &&
	       (request->start == SQL_START_ALL || request->start == (int)engine);
}

static int engines_of_file(const struct spec *spec, enum spec_engine engines[SPEC_ENGINES])
{
	int count = 0;

	for (size_t i = 0; i < spec->engine_count; i++) {
		bool is_new = true;

		for (int j = 0; j < count; j++)
			is_new &= engines[j] != spec->engines[i];
		if (is_new)
			engines[count++] = spec->engines[i];
	}
	if (!count)
		engines[count++] = SPEC_SQLITE;
	return count;
}

static int check_servers(const struct sql_exploration *request,
	const enum spec_engine engines[SPEC_ENGINES], int count, struct diag *diag)
{
	int servers = 0;

	for (int i = 0; i < count; i++)
		servers += has_server(engines[i]);
	if (!servers && (request->connection || request->start != SQL_UNSAID))
		return diag_set(diag, -EINVAL,
			"SQLite has no server; '--engine postgres' or '--engine mariadb' names "
			"one that has");
	if (request->connection && request->start != SQL_UNSAID)
		return diag_set(diag, -EINVAL,
			"'--start' starts a server, '--connect' names another one");
	if (request->connection && servers > 1)
		return diag_set(diag, -EINVAL,
			"'--connect' names one server, and the file several engines; "
			"'--engine' says which");
	return count;
}

int sql_explore_engines(const struct sql_exploration *request,
	enum spec_engine engines[SPEC_ENGINES], struct diag *diag)
{
	bool starts_one = request->start != SQL_UNSAID && request->start != SQL_START_ALL;
	int count = 1;

	if (starts_one && request->engine != SQL_UNSAID && request->engine != request->start)
		return diag_set(diag, -EINVAL, "'--engine %s' and '--start %s' are at odds",
			spec_engine_name((enum spec_engine)request->engine),
			spec_engine_name((enum spec_engine)request->start));
	if (request->engine != SQL_UNSAID)
		engines[0] = (enum spec_engine)request->engine;
	else if (starts_one)
		engines[0] = (enum spec_engine)request->start;
	else
		count = engines_of_file(request->spec, engines);
	return check_servers(request, engines, count, diag);
}

/* ---- one engine ---- */

static uint64_t timeout_of(const struct sql_exploration *request)
{
	return request->timeout_ns ? request->timeout_ns : request->spec->timeout_ns;
}

static const char *start_option(const struct explorer *explorer, enum spec_engine id)
{
	if (explorer->engine_count > 1)
		return "--start all";
	return id == SPEC_POSTGRES ? "--start postgres" : "--start mariadb";
}

static int open_visit(
	struct explorer *explorer, enum spec_engine id, struct visit *visit, struct diag *diag)
{
	const struct sql_exploration *request = explorer->request;
	int r = 0;

	visit->config = (struct engine_config){ .session_count = request->spec->session_count,
		.connection = request->connection,
		.timeout_ns = timeout_of(request) };
	visit->campaign.spec = request->spec;
	visit->campaign.options = &explorer->options;
	if (is_started(request, id)) {
		r = private_server_start(id, &visit->server, diag);
		if (r < 0)
			return r;
		visit->config.connection = private_server_connection(visit->server);
		visit->campaign.private_server = true;
	}
	r = engine_find(id)->open(&visit->config, &visit->campaign.engine, diag);
	if (r == -ECONNREFUSED && !visit->server)
		sql_connect_advice(start_option(explorer, id), diag);
	return r;
}

static void close_visit(struct visit *visit)
{
	if (visit->campaign.engine)
		visit->campaign.engine->ops->close(visit->campaign.engine);
	sql_campaign_release(&visit->campaign);
	private_server_stop(visit->server);
}

static void save_schedules(struct explorer *explorer, struct sql_campaign *campaign)
{
	struct diag diag;

	for (size_t i = 0; i < campaign->finding_count; i++)
		if (sql_schedule_save(campaign, campaign->findings[i], explorer->request->out,
			    explorer->engine_count > 1, &diag) < 0) {
			command_fail("sql", &diag);
			return;
		}
}

static bool is_for_stdout(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

static void show(const struct explorer *explorer, const struct sql_campaign *campaign)
{
	const struct sql_exploration *request = explorer->request;
	bool is_taken = is_for_stdout(request->json) || is_for_stdout(request->junit);
	FILE *stream = is_taken ? stderr : stdout;

	if (explorer->engine_count > 1)
		fprintf(stream, "%s== %s %s\n\n",
			campaign == explorer->campaigns[0] ? "" : "\n",
			spec_engine_name(campaign->engine->ops->id), campaign->engine->version);
	sql_report_text(campaign, (enum report_color)request->color, stream);
}

/* What is left of --time; the whole was checked to be more than that before. */
static uint64_t time_left(const struct explorer *explorer)
{
	uint64_t limit = explorer->request->options.time_ns;
	uint64_t elapsed_ns = clock_now_ns() - explorer->start_ns;

	return limit > elapsed_ns ? limit - elapsed_ns : limit ? 1 : 0;
}

/* Returns the exit status for this engine. */
static int visit_engine(struct explorer *explorer, enum spec_engine id)
{
	struct visit *visit = &explorer->visits[id];
	struct sql_campaign *campaign = &visit->campaign;
	struct diag diag;
	int r = open_visit(explorer, id, visit, &diag);

	if (r < 0)
		return command_fail("sql", &diag);
	explorer->options.time_ns = time_left(explorer);
	explorer->campaigns[explorer->campaign_count++] = campaign;
	r = sql_campaign_run(campaign, &diag);
	progress_clear(&explorer->progress);
	save_schedules(explorer, campaign);
	if (r == 0 || campaign->executions)
		show(explorer, campaign);
	if (r < 0)
		return command_fail("sql", &diag);
	return campaign->finding_count ? EXIT_FINDING : EXIT_NOTHING_FOUND;
}

/* ---- all of them ---- */

static int write_reports(const struct explorer *explorer)
{
	const struct sql_exploration *request = explorer->request;
	size_t count = explorer->campaign_count;
	struct diag diag;
	int r = 0;

	if (!count)
		return 0;
	if (request->json && sql_report_save(explorer->campaigns, count, sql_report_json,
				     request->json, &diag) < 0)
		r = -EIO, command_fail("sql", &diag);
	if (request->junit && sql_report_save(explorer->campaigns, count, sql_report_junit,
				      request->junit, &diag) < 0)
		r = -EIO, command_fail("sql", &diag);
	return r;
}

/* What could not be explored outweighs what was found elsewhere. */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

int sql_explore(const struct sql_exploration *request)
{
	struct explorer explorer = {
		.request = request, .options = request->options, .start_ns = clock_now_ns()
	};
	enum spec_engine engines[SPEC_ENGINES];
	struct diag diag;
	int status = EXIT_NOTHING_FOUND;
	int count = sql_explore_engines(request, engines, &diag);

	if (count < 0)
		return command_fail("sql", &diag);
	explorer.engine_count = (size_t)count;
	progress_init(&explorer.progress, request->progress, NULL);
	explorer.options.progress = show_progress;
	explorer.options.progress_context = &explorer;
	for (int i = 0; i < count && !interrupt_requested(); i++)
		status = worse(status, visit_engine(&explorer, engines[i]));
	if (write_reports(&explorer) < 0 && status == EXIT_NOTHING_FOUND)
		status = EXIT_USAGE;
	for (int i = 0; i < SPEC_ENGINES; i++)
		close_visit(&explorer.visits[i]);
	return status;
}
