/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures how fast weft is, beside its peers and against its targets. See docs/benchmarks.md.
 *
 *	weft-bench [--rounds N] [--json FILE] [--take-core] --weft COMMAND --programs FOLDER
 *		[--pbzip2 PROGRAM | --no-pbzip2 REASON] [CASE ...]
 *
 * Exit status: 0 when everything was measured, also where a target was missed; 2 otherwise.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <limits.h>
#include <unistd.h>

#include "bench/cases.h"
#include "bench/native.h"
#include "bench/results.h"
#include "common/random.h"
#include "tool/launch/program.h"
#include "tool/launch/runtime_path.h"

#define STATUS_FAILED 2
#define ROUNDS_DEFAULT 7
#define BIG_FILE_BYTES (8u << 20)
#define WORDS 4096u

struct bench_options {
	unsigned int rounds;
	const char *json;
	const char *programs;
	const char *pbzip2; /* NULL: not measured, because */
	const char *no_pbzip2;
	const char *weft; /* the command, beside which the runtime is */
	bool take_core;
	char **cases; /* NULL ends them; none: all */
};

static int fail(const struct diag *diag)
{
	fprintf(stderr, "weft-bench: %s\n", diag->text);
	return STATUS_FAILED;
}

/* Text that compresses about as well as prose does: random words out of a small vocabulary. */
static int write_big_file(const char *path, struct diag *diag)
{
	FILE *file = fopen(path, "we");
	struct random random;
	unsigned int written = 0;
	bool is_bad;

	if (!file)
		return diag_set(diag, -errno, "cannot make '%s': %s", path, strerror(errno));
	random_init(&random, 1);
	while (written < BIG_FILE_BYTES) {
		uint64_t word = hash_mix(random_below(&random, WORDS) + 1);

		for (uint64_t letters = 2 + word % 9; letters; letters--, written++) {
			word = hash_mix(word);
			putc('a' + (int)(word % 26), file);
		}
		putc(' ', file);
		written++;
	}
	is_bad = ferror(file);
	if (fclose(file) || is_bad)
		return diag_set(diag, -EIO, "cannot write '%s'", path);
	return 0;
}

static bool is_wanted(const struct bench_options *options, const char *name)
{
	for (char **wanted = options->cases; *wanted; wanted++)
		if (!strcmp(*wanted, name))
			return true;
	return !options->cases[0];
}

static int measure(struct bench_case *bench_case, const struct contestant_runtime *runtime,
	unsigned int rounds, struct diag *diag)
{
	struct contestant *contestants = bench_case->contestants;
	int r = 0;

	for (size_t i = 0; r == 0 && i < CASE_CONTESTANTS_MAX; i++)
		if (contestants[i].name)
			r = contestant_prepare(&contestants[i], runtime, diag);
	for (unsigned int round = 0; r == 0 && round < rounds; round++)
		for (size_t i = 0; r == 0 && i < CASE_CONTESTANTS_MAX; i++)
			if (contestants[i].name)
				r = contestant_sample(&contestants[i], diag);
	for (size_t i = 0; i < CASE_CONTESTANTS_MAX; i++)
		contestant_release(&contestants[i]);
	if (r == 0)
		bench_case->claim_count = bench_case->judge(contestants, bench_case->claims);
	if (r < 0 && bench_case->is_optional) {
		bench_case->skipped = "it does not work here";
		return 0;
	}
	return r;
}

static int measure_all(
	const struct bench_options *options, const struct case_paths *paths, struct diag *diag)
{
	struct runtime_path found;
	char snapshot_library[PATH_MAX + 64];
	struct contestant_runtime runtime = { found.library, found.tsan_dir, snapshot_library };
	size_t count;
	struct bench_case *cases = cases_make(paths, &count);
	int r = runtime_path_find_beside(options->weft, &found, diag);

	snprintf(snapshot_library, sizeof(snapshot_library), "%s/snapshot/libweft-snapshot.so",
		options->programs);
	results_print_head(stdout, options->rounds);
	for (size_t i = 0; r == 0 && i < count; i++) {
		cases[i].is_unwanted = !is_wanted(options, cases[i].name);
		if (!cases[i].is_unwanted && !cases[i].skipped)
			r = measure(&cases[i], &runtime, options->rounds, diag);
		if (r == 0)
			results_print_case(stdout, &cases[i]);
	}
	if (r == 0 && options->json)
		r = results_write_json(options->json, cases, count, diag);
	return r;
}

static int parse(int argc, char **argv, struct bench_options *options, struct diag *diag)
{
	static const struct option known[] = {
		{ "rounds", required_argument, NULL, 'r' },
		{ "json", required_argument, NULL, 'j' },
		{ "programs", required_argument, NULL, 'p' },
		{ "weft", required_argument, NULL, 'w' },
		{ "take-core", no_argument, NULL, 't' },
		{ "pbzip2", required_argument, NULL, 'b' },
		{ "no-pbzip2", required_argument, NULL, 'n' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'r':
			options->rounds = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'j':
			options->json = optarg;
			break;
		case 'p':
			options->programs = optarg;
			break;
		case 'w':
			options->weft = optarg;
			break;
		case 'b':
			options->pbzip2 = optarg;
			break;
		case 'n':
			options->no_pbzip2 = optarg;
			break;
		case 't':
			options->take_core = true;
			break;
		default:
			return diag_set(diag, -EINVAL,
				"usage: weft-bench [--rounds N] "
				"[--json FILE] [--take-core] --weft COMMAND "
				"--programs FOLDER [--pbzip2 PROGRAM | --no-pbzip2 REASON] "
				"[CASE ...]");
		}
	}
	options->cases = argv + optind;
	if (!options->weft || !options->programs)
		return diag_set(diag, -EINVAL, "--weft and --programs are needed");
	if (options->rounds < 1 || options->rounds > SERIES_MAX)
		return diag_set(diag, -EINVAL, "--rounds must be 1 to %d", SERIES_MAX);
	return 0;
}

/* Where they are stays valid. */
static void find_programs(const struct bench_options *options, struct case_paths *paths)
{
	const struct {
		const char **place;
		const char *name;
	} programs[] = {
		{ &paths->racy_loop, "bench_racy_loop" },
		{ &paths->two_threads, "bench_two_threads" },
		{ &paths->api_calls, "bench_api_calls" },
		{ &paths->api_nothing, "bench_api_nothing" },
		{ &paths->memory_pass, "bench_memory_pass" },
		{ &paths->lock_heavy, "bench_lock_heavy" },
		{ &paths->atomics_heavy, "bench_atomics_heavy" },
	};
	static char found[sizeof(programs) / sizeof(programs[0])][PATH_MAX];

	paths->pbzip2 = options->pbzip2;
	paths->pbzip2_missing = options->no_pbzip2;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		snprintf(found[i], sizeof(found[i]), "%s/%s", options->programs,
			programs[i].name);
		*programs[i].place = found[i];
	}
}

static int run(const struct bench_options *options, struct diag *diag)
{
	char big_file[] = "/tmp/weft-bench-XXXXXX";
	char pigz[PATH_MAX];
	struct case_paths paths = { .big_file = big_file };
	int fd = mkstemp(big_file);
	int r;

	if (fd < 0)
		return diag_set(
			diag, -errno, "cannot make '%s': %s", big_file, strerror(errno));
	close(fd);
	find_programs(options, &paths);
	if (program_find("pigz", pigz) == 0)
		paths.pigz = pigz;
	r = write_big_file(big_file, diag);
	if (r == 0)
		r = measure_all(options, &paths, diag);
	unlink(big_file);
	return r;
}

int main(int argc, char **argv)
{
	struct bench_options options = {
		.rounds = ROUNDS_DEFAULT,
		.no_pbzip2 = "--pbzip2 was not given",
	};
	struct diag diag;

	if (parse(argc, argv, &options, &diag) < 0 ||
		native_pin(options.take_core, &diag) < 0 || run(&options, &diag) < 0)
		return fail(&diag);
	return 0;
}
