/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the same schedule over and over, on both carriers, each time in a fresh process, and
 * every now and then from a fresh start of the program: all executions must have the same event
 * hash and as many races.
 *
 * usage: repeat WEFT COUNT SCHEDULE
 *        repeat WEFT COUNT - PROGRAM [ARGUMENT ...]
 *
 * WEFT is the command, beside which the runtime is found. Without a schedule, the program is
 * run by each random strategy from a fixed seed. Ends with 0, or with 1 after naming the first
 * difference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/analysis/plan.h"
#include "tool/analysis/replay.h"
#include "tool/launch/runtime_path.h"
#include "tool/launch/server.h"
#include "tool/trace/schedule.h"

#define STARTS 4
#define SEED 7

struct subject {
	struct server_setup setup;
	const struct schedule *schedule; /* NULL: by strategy */
	unsigned long count;
	uint64_t hashes[WIRE_STRATEGY_COUNT]; /* of the first execution */
	uint64_t races[WIRE_STRATEGY_COUNT];  /* in it */
};

static void die(const struct diag *diag)
{
	fprintf(stderr, "repeat: %s\n", diag->text);
	exit(1);
}

static uint64_t count_races(const struct server *server)
{
	return server_region(server)->areas[WIRE_AREA_RACES].length / sizeof(struct wire_race);
}

static void execute(struct subject *subject, struct server *server,
	const struct server_request *request, unsigned long count)
{
	uint64_t *hash = &subject->hashes[request->wire.strategy];
	uint64_t *races = &subject->races[request->wire.strategy];
	struct server_outcome outcome;
	struct diag diag;

	for (unsigned long i = 0; i < count; i++) {
		if (server_execute(server, request, &outcome, &diag) < 0)
			die(&diag);
		if (*hash == 0) {
			*hash = outcome.result.hash;
			*races = count_races(server);
		}
		if (outcome.result.hash != *hash) {
			fprintf(stderr,
				"carrier %u, strategy %u, execution %lu: hash %#llx, not %#llx "
				"(verdict %u, %llu steps: %s)\n",
				subject->setup.config.carrier, request->wire.strategy, i,
				(unsigned long long)outcome.result.hash,
				(unsigned long long)*hash, outcome.result.verdict,
				(unsigned long long)outcome.result.steps,
				outcome.result.message);
			exit(1);
		}
		server_outcome_release(&outcome);
		if (count_races(server) != *races) {
			fprintf(stderr, "strategy %u, execution %lu: %llu races, not %llu\n",
				request->wire.strategy, i,
				(unsigned long long)count_races(server),
				(unsigned long long)*races);
			exit(1);
		}
	}
}

static void repeat_schedule(struct subject *subject, struct server *server)
{
	struct server_request request;
	struct diag diag = { 0 };
	struct plan plan = { 0 };

	if (replay_plan(server, subject->schedule, &plan, &diag) < 0 ||
		plan_request(&plan, plan.decisions, plan.count, &request) < 0)
		die(&diag);
	execute(subject, server, &request, subject->count / STARTS);
	plan_request_release(&request);
	plan_release(&plan);
}

static void repeat_strategies(struct subject *subject, struct server *server)
{
	static const uint32_t strategies[] = {
		WIRE_STRATEGY_RANDOM,
		WIRE_STRATEGY_PCT,
		WIRE_STRATEGY_POS,
	};

	for (unsigned int i = 0; i < 3; i++) {
		struct server_request request = {
			.wire = { .strategy = strategies[i], .seed = SEED, .depth = 3 },
		};

		request.wire.step_estimate = 30;
		execute(subject, server, &request, subject->count / STARTS / 3 + 1);
	}
}

static void repeat_on(struct subject *subject, uint32_t carrier)
{
	subject->setup.config.carrier = carrier;
	for (int i = 0; i < STARTS; i++) {
		struct server *server;
		struct diag diag;

		if (server_start(&subject->setup, &server, &diag) < 0)
			die(&diag);
		if (subject->schedule)
			repeat_schedule(subject, server);
		else
			repeat_strategies(subject, server);
		server_stop(server);
	}
}

static void configure_from(struct subject *subject, const struct schedule *schedule)
{
	struct wire_config *config = &subject->setup.config;

	subject->schedule = schedule;
	config->model = schedule->model;
	config->points = schedule->points;
	config->realtime_start_ns = schedule->realtime_start_ns;
	config->random_seed = schedule->random_seed;
	config->step_limit = schedule->step_limit;
}

static char **schedule_argv(const struct schedule *schedule)
{
	char **argv = calloc(schedule->argument_count + 2, sizeof(*argv));

	if (!argv)
		exit(1);
	argv[0] = strdup(schedule->program);
	for (size_t i = 0; i < schedule->argument_count; i++)
		argv[i + 1] = strdup(schedule->arguments[i]);
	return argv;
}

int main(int argc, char **argv)
{
	struct subject subject = { 0 };
	struct schedule *schedule = NULL;
	struct runtime_path runtime;
	struct diag diag;

	if (argc < 4 || (strcmp(argv[3], "-") == 0 && argc < 5)) {
		fprintf(stderr, "usage: repeat WEFT COUNT SCHEDULE | - PROGRAM ...\n");
		return 2;
	}
	server_setup_init(&subject.setup);
	subject.setup.input_fd = -1;
	subject.setup.argv = argv + 4;
	subject.count = strtoul(argv[2], NULL, 10);
	if (runtime_path_find_beside(argv[1], &runtime, &diag) < 0)
		die(&diag);
	if (strcmp(argv[3], "-") != 0) {
		if (schedule_read(argv[3], &schedule, &diag) < 0)
			die(&diag);
		configure_from(&subject, schedule);
		subject.setup.argv = schedule_argv(schedule);
	}
	subject.setup.program = subject.setup.argv[0];
	subject.setup.runtime_path = runtime.library;
	subject.setup.tsan_dir = runtime.tsan_dir;
	repeat_on(&subject, WIRE_CARRIER_FIBER);
	repeat_on(&subject, WIRE_CARRIER_THREAD);
	printf("%lu executions on each carrier are one", subject.count);
	for (unsigned int i = 0; i < WIRE_STRATEGY_COUNT; i++)
		printf(" %#llx", (unsigned long long)subject.hashes[i]);
	putchar('\n');
	schedule_free(schedule);
	return 0;
}
