/* SPDX-License-Identifier: Apache-2.0 */
/* `weft replay` of a schedule that `weft sql` saved; see sql_save.h. */
#include <errno.h>

#include "tool/cmd/cmd.h"
#include "tool/cmd/options.h"
#include "tool/cmd/sql_save.h"
#include "tool/search/interrupt.h"
#include "tool/sql/engine/server.h"
#include "tool/sql/run/schedule.h"

#define TIMEOUT_NS (10 * UINT64_C(1000000000))

struct replayer {
	struct sql_schedule schedule;
	struct spec *spec;
	struct sql_options options;
	struct engine_config config;
	struct private_server *server;
	struct engine *engine;
	struct pool pool;
	struct diag diag;
};

static int open_engine(struct replayer *replayer, const struct sql_replay_options *options)
{
	int r = 0;

	replayer->config.session_count = replayer->spec->session_count;
	replayer->config.connection = options->connection;
	replayer->config.timeout_ns =
		replayer->spec->timeout_ns ? replayer->spec->timeout_ns : TIMEOUT_NS;
	if (options->start && replayer->schedule.engine != SPEC_SQLITE)
		r = private_server_start(
			replayer->schedule.engine, &replayer->server, &replayer->diag);
	if (r < 0)
		return r;
	if (replayer->server)
		replayer->config.connection = private_server_connection(replayer->server);
	return engine_find(replayer->schedule.engine)
		->open(&replayer->config, &replayer->engine, &replayer->diag);
}

static int replay(struct replayer *replayer, const struct sql_replay_options *options)
{
	struct sql_campaign campaign = { .spec = replayer->spec,
		.options = &replayer->options,
		.engine = replayer->engine };
	struct sql_plan plan;
	int r = sql_schedule_resolve(
		&replayer->schedule, replayer->spec, &replayer->pool, &plan, &replayer->diag);

	if (r == 0)
		r = sql_campaign_replay(&campaign, &plan, &replayer->diag);
	for (size_t i = 0; r > 0 && i < campaign.finding_count; i++) {
		campaign.findings[i]->confirmed = CONFIRMATIONS + 1;
		sql_report_finding(&campaign, campaign.findings[i],
			(enum report_color)options->color, stdout);
	}
	sql_campaign_release(&campaign);
	return r;
}

static int status_of(struct replayer *replayer, int r)
{
	if (r == -ESTALE) {
		fprintf(stderr, "weft replay: the schedule no longer fits: %s\n",
			replayer->diag.text);
		return EXIT_DOES_NOT_FIT;
	}
	if (r < 0)
		return command_fail("replay", &replayer->diag);
	if (r == 0)
		puts("passed: the schedule ends as some serial order does");
	return r > 0 ? EXIT_FINDING : EXIT_NOTHING_FOUND;
}

int sql_replay(const struct schedule *schedule, const char *name,
	const struct sql_replay_options *options)
{
	struct replayer replayer = { 0 };
	int status;
	int r = sql_schedule_read(schedule, name, &replayer.schedule, &replayer.diag);

	replayer.options.oracle = (enum oracle_mode)replayer.schedule.oracle;
	if (r == 0)
		r = spec_read(schedule->program, false, &replayer.spec, &replayer.diag);
	if (r == 0 && interrupt_install(&replayer.diag) < 0)
		r = -EIO;
	if (r == 0)
		r = open_engine(&replayer, options);
	if (r == 0)
		r = replay(&replayer, options);
	status = status_of(&replayer, r);
	if (replayer.engine)
		replayer.engine->ops->close(replayer.engine);
	private_server_stop(replayer.server);
	spec_free(replayer.spec);
	pool_release(&replayer.pool);
	return status;
}
