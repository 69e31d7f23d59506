/* SPDX-License-Identifier: Apache-2.0 */
/* Preparing and timing one contestant; see contestant.h. */
#include "bench/contestant.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/native.h"
#include "tool/launch/clock.h"

/* Among so many seeds one is bound to have the smallest inertia of the random strategy. */
#define SEEDS_TRIED 24u
/* Executions after which no more conflicting accesses are waited for. */
#define LEARNING_MAX 16u
/* The racy loop of 4 million accesses, all of them points, shall not reach it. */
#define STEP_LIMIT UINT64_C(1000000000)
#define KIB_PER_MIB 1024.0
/* How often the time limits are looked at. */
#define LOOK_MS 100

static int out_of_memory(struct diag *diag)
{
	return diag_set(diag, -ENOMEM, "out of memory");
}

/* Points stay sorted, as the server wants them. */
static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int learn(
	struct contestant *contestant, const struct server_outcome *outcome, struct diag *diag)
{
	size_t count = contestant->learned_count + outcome->learned_count;
	uint64_t *learned;

	if (outcome->learned_count == 0)
		return 0;
	learned = realloc(contestant->learned, count * sizeof(*learned));
	if (!learned)
		return out_of_memory(diag);
	memcpy(learned + contestant->learned_count, outcome->learned,
		outcome->learned_count * sizeof(*learned));
	qsort(learned, count, sizeof(*learned), compare);
	contestant->learned = learned;
	contestant->learned_count = count;
	return 0;
}

static int submit(struct contestant *contestant, struct server *server, struct diag *diag)
{
	const struct server_request request = {
		.wire = {
			.execution = ++contestant->execution,
			.seed = contestant->seed,
			.strategy = contestant->strategy,
		},
		.points = contestant->learned,
		.point_count = contestant->learned_count,
	};

	return server_submit(server, &request, diag);
}

static int collect(struct server *server, struct server_outcome *outcome, struct diag *diag)
{
	struct pollfd answer = { .fd = server_fd(server), .events = POLLIN };

	if (poll(&answer, 1, LOOK_MS) < 0 && errno != EINTR)
		return diag_set(diag, -errno, "cannot wait: %s", strerror(errno));
	server_tick(server, clock_now_ns());
	return server_collect(server, outcome, diag);
}

/* The end of an execution. `ret_learned`: whether it taught a new point; may be NULL. */
static int await(struct contestant *contestant, struct server *server, bool *ret_learned,
	struct diag *diag)
{
	struct server_outcome outcome;
	int r;

	do
		r = collect(server, &outcome, diag);
	while (r == 0);
	if (r < 0)
		return r;
	r = 0;
	contestant->steps = outcome.result.steps;
	contestant->switches = outcome.result.switches;
	contestant->peak_kib = outcome.result.peak_rss_kib;
	if (outcome.result.verdict != WIRE_VERDICT_EXIT || outcome.result.value != 0)
		r = diag_set(diag, -ECHILD,
			"'%s' ended with verdict %u, value %d under weft: %s",
			contestant->program, outcome.result.verdict, outcome.result.value,
			outcome.result.message);
	else if (ret_learned) {
		*ret_learned = outcome.learned_count != 0;
		r = learn(contestant, &outcome, diag);
	}
	server_outcome_release(&outcome);
	return r;
}

static int execute(struct contestant *contestant, bool *ret_learned, struct diag *diag)
{
	struct server *server = contestant->servers[0];
	int r = submit(contestant, server, diag);

	return r < 0 ? r : await(contestant, server, ret_learned, diag);
}

/* An execution on each core. */
static int execute_on_all(struct contestant *contestant, struct diag *diag)
{
	int r = 0;

	for (unsigned int i = 0; r == 0 && i < contestant->server_count; i++) {
		contestant->seed += contestant->is_each_seed;
		r = submit(contestant, contestant->servers[i], diag);
	}
	for (unsigned int i = 0; r == 0 && i < contestant->server_count; i++)
		r = await(contestant, contestant->servers[i], NULL, diag);
	return r;
}

static int learn_points(struct contestant *contestant, struct diag *diag)
{
	bool is_new = true;
	int r = 0;

	for (unsigned int i = 0; r == 0 && is_new && i < LEARNING_MAX; i++)
		r = execute(contestant, &is_new, diag);
	return r;
}

/* The random strategy draws from the seed how often it leaves the running thread. */
static int find_busiest_seed(struct contestant *contestant, struct diag *diag)
{
	uint64_t busiest = 1, most = 0;
	int r = 0;

	for (uint64_t seed = 1; r == 0 && seed <= SEEDS_TRIED; seed++) {
		contestant->seed = seed;
		r = execute(contestant, NULL, diag);
		if (r == 0 && contestant->switches > most) {
			most = contestant->switches;
			busiest = seed;
		}
	}
	contestant->seed = busiest;
	return r;
}

/* The server inherits how it is to start executions. */
static int start_servers(struct contestant *contestant, struct diag *diag)
{
	unsigned int cores = native_core_count();
	unsigned int first = contestant->is_on_all_cores ? 0 : cores - 1;
	int r = 0;

	if (contestant->snapshot)
		setenv("WEFT_SNAPSHOT", contestant->snapshot, 1);
	if (contestant->is_memory_only)
		setenv("WEFT_SNAPSHOT_MEMORY_ONLY", "1", 1);
	for (unsigned int i = first; r == 0 && i < cores && i < CONTESTANT_CORES_MAX; i++) {
		native_use_core(i);
		r = server_start(&contestant->setup,
			&contestant->servers[contestant->server_count], diag);
		if (r == 0)
			contestant->server_count++;
	}
	native_use_core(cores - 1);
	unsetenv("WEFT_SNAPSHOT");
	unsetenv("WEFT_SNAPSHOT_MEMORY_ONLY");
	return r;
}

static int prepare_weft(struct contestant *contestant, const struct contestant_runtime *runtime,
	struct diag *diag)
{
	int r;

	server_setup_init(&contestant->setup);
	contestant->setup.program = contestant->program;
	contestant->setup.argv = contestant->argv;
	contestant->setup.runtime_path =
		contestant->snapshot ? runtime->snapshot_library : runtime->library;
	contestant->setup.tsan_dir = runtime->tsan_dir;
	contestant->setup.config.carrier = contestant->carrier;
	contestant->setup.config.points = contestant->points;
	contestant->setup.config.step_limit = STEP_LIMIT;
	contestant->seed = 1;
	r = start_servers(contestant, diag);
	if (r == 0)
		r = learn_points(contestant, diag);
	if (r == 0 && !contestant->is_fixed_seed && !contestant->is_each_seed)
		r = find_busiest_seed(contestant, diag);
	return r;
}

static int prepare_native(struct contestant *contestant, struct diag *diag)
{
	contestant->output_fd = memfd_create("weft-bench-output", MFD_CLOEXEC);
	if (contestant->output_fd < 0)
		return diag_set(
			diag, -errno, "cannot make memory for the output: %s", strerror(errno));
	return 0;
}

/* execve wants the strings writable, though nobody writes to them. */
static int copy_arguments(struct contestant *contestant, struct diag *diag)
{
	contestant->argv[0] = strdup(contestant->program ? contestant->program : "");
	if (!contestant->argv[0])
		return out_of_memory(diag);
	for (size_t i = 0; i < CONTESTANT_ARGUMENTS && contestant->arguments[i]; i++) {
		contestant->argv[i + 1] = strdup(contestant->arguments[i]);
		if (!contestant->argv[i + 1])
			return out_of_memory(diag);
	}
	return 0;
}

int contestant_prepare(struct contestant *contestant, const struct contestant_runtime *runtime,
	struct diag *diag)
{
	int r = copy_arguments(contestant, diag);

	contestant->output_fd = -1;
	if (r < 0)
		return r;
	switch (contestant->kind) {
	case CONTESTANT_WEFT:
		return prepare_weft(contestant, runtime, diag);
	case CONTESTANT_NATIVE:
		return prepare_native(contestant, diag);
	case CONTESTANT_FORK:
		break;
	}
	return 0;
}

static int run_once(struct contestant *contestant, struct diag *diag)
{
	const struct native_run run = {
		.program = contestant->program,
		.argv = contestant->argv,
		.environment = contestant->environment,
		.expected_status = contestant->expected_status,
		.output_fd = contestant->output_fd,
		.is_on_all_cores = contestant->is_on_all_cores,
	};

	if (contestant->kind == CONTESTANT_WEFT)
		return execute_on_all(contestant, diag);
	return contestant->kind == CONTESTANT_NATIVE
		       ? native_execute(&run, &contestant->peak_kib, diag)
		       : native_fork(diag);
}

int contestant_sample(struct contestant *contestant, struct diag *diag)
{
	uint64_t start_ns = clock_now_ns();

	for (unsigned int i = 0; i < contestant->runs; i++) {
		int r = run_once(contestant, diag);

		if (r < 0)
			return r;
	}
	series_add(&contestant->seconds,
		(double)(clock_now_ns() - start_ns) / (double)NS_PER_S / contestant->runs /
			(contestant->server_count ? contestant->server_count : 1));
	series_add(&contestant->peak_mib, (double)contestant->peak_kib / KIB_PER_MIB);
	return 0;
}

void contestant_release(struct contestant *contestant)
{
	for (unsigned int i = 0; i < contestant->server_count; i++)
		server_stop(contestant->servers[i]);
	contestant->server_count = 0;
	free(contestant->learned);
	contestant->learned = NULL;
	contestant->learned_count = 0;
	for (size_t i = 0; contestant->argv[i]; i++) {
		free(contestant->argv[i]);
		contestant->argv[i] = NULL;
	}
	if (contestant->kind == CONTESTANT_NATIVE && contestant->output_fd > 0)
		close(contestant->output_fd);
}
