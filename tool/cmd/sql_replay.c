/* SPDX-License-Identifier: Apache-2.0 */
/* See sql_replay.h. */
#include "tool/cmd/sql_replay.h"

#include <errno.h>
#include <string.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/sql_save.h"
#include "tool/search/interrupt.h"
#include "tool/sql/run/schedule.h"

#define TIMEOUT_NS (10 * UINT64_C(1000000000))

struct replayer {
	struct sql_replay *request;
	struct sql_schedule schedule;
	const char *expect_kind; /* of the finding; or NULL */
	struct spec *spec;
	struct sql_options options;
	struct engine_config config;
	struct engine *engine;
	struct pool pool;
};

void sql_servers_stop(struct sql_servers *servers)
{
	for (int i = 0; i < SPEC_ENGINES; i++) {
		private_server_stop(servers->of[i]);
		servers->of[i] = NULL;
	}
}

/* A server that the user names goes before the one that the schedule was made with. */
static bool wants_server(const struct replayer *replayer)
{
	const struct sql_replay *request = replayer->request;

	if (replayer->schedule.engine == SPEC_SQLITE)
		return false;
	return request->start || (replayer->schedule.private_server && !request->connection);
}

static int open_engine(struct replayer *replayer)
{
	struct sql_replay *request = replayer->request;
	enum spec_engine id = replayer->schedule.engine;
	struct private_server **server = &request->servers->of[id];
	int r = 0;

	replayer->config.session_count = replayer->spec->session_count;
	replayer->config.connection = request->connection;
	replayer->config.timeout_ns =
		replayer->spec->timeout_ns ? replayer->spec->timeout_ns : TIMEOUT_NS;
	if (wants_server(replayer)) {
		if (!*server)
			r = private_server_start(id, server, &request->result);
		if (r < 0)
			return r;
		replayer->config.connection = private_server_connection(*server);
	}
	r = engine_find(id)->open(&replayer->config, &replayer->engine, &request->result);
	if (r == -ECONNREFUSED && !wants_server(replayer))
		sql_connect_advice("--start", &request->result);
	return r;
}

/* Files as they are asked for. What was found is told whatever becomes of them. */
static int save_reports(const struct replayer *replayer, struct sql_campaign *campaign)
{
	struct sql_campaign *const campaigns[] = { campaign };
	struct sql_replay *request = replayer->request;
	int r = 0;

	if (request->json)
		r = sql_report_save(
			campaigns, 1, sql_report_json, request->json, &request->result);
	if (r == 0 && request->junit)
		r = sql_report_save(
			campaigns, 1, sql_report_junit, request->junit, &request->result);
	return r;
}

/* The one that the schedule was saved for, if it is there. */
static const struct sql_finding *expected(
	const struct replayer *replayer, const struct sql_campaign *campaign)
{
	const char *kind = replayer->expect_kind;

	for (size_t i = 0; kind && i < campaign->finding_count; i++)
		if (strcmp(kind, sql_finding_id(campaign->findings[i])) == 0)
			return campaign->findings[i];
	return NULL;
}

static void tell_finding(struct replayer *replayer, const struct sql_campaign *campaign)
{
	const struct sql_finding *finding = expected(replayer, campaign);
	bool is_expected = finding || !replayer->expect_kind;
	struct text reason = { 0 };

	finding = finding ? finding : campaign->findings[0];
	sql_finding_reason(campaign, finding, &reason);
	diag_set(&replayer->request->result, 0, "%s: %s%s%s", sql_finding_id(finding),
		reason.text, is_expected ? "" : "; the schedule is one of ",
		is_expected ? "" : replayer->expect_kind);
	text_release(&reason);
}

static int show(struct replayer *replayer, struct sql_campaign *campaign)
{
	struct sql_replay *request = replayer->request;

	campaign->replays = 1;
	for (size_t i = 0; i < campaign->finding_count; i++)
		campaign->findings[i]->confirmed = 1;
	sql_report_findings(campaign, (enum report_color)request->color, request->details);
	if (campaign->finding_count)
		tell_finding(replayer, campaign);
	else
		diag_set(&request->result, 0, "%s",
			replayer->options.oracle <= ORACLE_SERIAL
				? "the schedule ends as some serial order does"
				: "the schedule shows nothing that is wrong");
	return save_reports(replayer, campaign);
}

static int run_plan(struct replayer *replayer, struct sql_campaign *campaign)
{
	struct diag *diag = &replayer->request->result;
	struct sql_plan plan;
	int r = sql_schedule_resolve(
		&replayer->schedule, replayer->spec, &replayer->pool, &plan, diag);

	if (r == 0)
		r = sql_campaign_replay(campaign, &plan, diag);
	if (r == -EINTR)
		diag_set(diag, r, "interrupted");
	return r;
}

static int run(struct replayer *replayer)
{
	struct sql_campaign campaign = { .spec = replayer->spec,
		.options = &replayer->options,
		.engine = replayer->engine };
	int r = run_plan(replayer, &campaign);
	int status = r > 0	    ? EXIT_FINDING
		     : r == 0	    ? EXIT_NOTHING_FOUND
		     : r == -ESTALE ? EXIT_DOES_NOT_FIT
				    : EXIT_USAGE;

	/* A report that is missing does not hide what came out. */
	if (r >= 0 && show(replayer, &campaign) < 0 && status == EXIT_NOTHING_FOUND)
		status = EXIT_USAGE;
	sql_campaign_release(&campaign);
	return status;
}

int sql_replay_run(const struct schedule *schedule, struct sql_replay *request)
{
	struct replayer replayer = { .request = request, .expect_kind = schedule->expect_kind };
	struct diag *diag = &request->result;
	int status = EXIT_USAGE;
	int r = sql_schedule_read(schedule, request->name, &replayer.schedule, diag);

	if (r == 0 && !request->servers->handles_signals) {
		request->servers->handles_signals = true;
		r = interrupt_install(diag) < 0 ? -EIO : 0;
	}
	replayer.options.oracle = (enum oracle_mode)replayer.schedule.oracle;
	if (r == 0)
		r = spec_read(schedule->program, false, &replayer.spec, diag);
	if (r == 0)
		r = open_engine(&replayer);
	if (r == 0)
		status = run(&replayer);
	if (replayer.engine)
		replayer.engine->ops->close(replayer.engine);
	spec_free(replayer.spec);
	pool_release(&replayer.pool);
	return status;
}
