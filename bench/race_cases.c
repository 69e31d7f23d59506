/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each program is built with -fsanitize=thread and runs under weft as in a campaign, another
 * seed each time, alone and on each core at the same time; and under gcc's own runtime, on all
 * cores as its users run it, and on one.
 * See race_cases.h.
 */
#include "bench/race_cases.h"

enum { WEFT, WEFT_ALL_CORES, TSAN_ALL_CORES, TSAN_ONE_CORE };

static double time_ratio(const struct contestant *one, const struct contestant *other)
{
	return series_median(&one->seconds) / series_median(&other->seconds);
}

static double memory_ratio(const struct contestant *one, const struct contestant *other)
{
	return series_median(&one->peak_mib) / series_median(&other->peak_mib);
}

static size_t judge(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "time, over libtsan on all cores", "times",
		time_ratio(&c[WEFT], &c[TSAN_ALL_CORES]), 1, false };
	claims[1] = (struct claim){ "time, over libtsan on one core", "times",
		time_ratio(&c[WEFT], &c[TSAN_ONE_CORE]), 1, false };
	claims[2] = (struct claim){ "memory, over libtsan on all cores", "times",
		memory_ratio(&c[WEFT], &c[TSAN_ALL_CORES]), 1, false };
	claims[3] = (struct claim){ "memory, over libtsan on one core", "times",
		memory_ratio(&c[WEFT], &c[TSAN_ONE_CORE]), 1, false };
	claims[4] = (struct claim){ "time, a core each, over all cores", "times",
		time_ratio(&c[WEFT_ALL_CORES], &c[TSAN_ALL_CORES]), 0, false };
	claims[5] = (struct claim){ "scheduling points in an execution", "",
		(double)c[WEFT].steps, 0, true };
	claims[6] = (struct claim){ "switches in an execution", "", (double)c[WEFT].switches, 0,
		true };
	return 7;
}

static const struct bench_case race_case = {
	.judge = judge,
	.contestants = {
		[WEFT] = {
			.name = "weft, points learned",
			.points = WIRE_POINTS_AUTO,
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_each_seed = true,
			.is_memory_shown = true,
			.runs = 1,
		},
		[WEFT_ALL_CORES] = {
			.name = "weft, one on each core",
			.points = WIRE_POINTS_AUTO,
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_each_seed = true,
			.is_on_all_cores = true,
			.runs = 1,
		},
		[TSAN_ALL_CORES] = {
			.name = "libtsan, all cores",
			.kind = CONTESTANT_NATIVE,
			.environment = "TSAN_OPTIONS=exitcode=0",
			.is_on_all_cores = true,
			.is_memory_shown = true,
			.runs = 1,
		},
		[TSAN_ONE_CORE] = {
			.name = "libtsan, one core",
			.kind = CONTESTANT_NATIVE,
			.environment = "TSAN_OPTIONS=exitcode=0",
			.is_memory_shown = true,
			.runs = 1,
		},
	},
};

void race_cases_make(const struct case_paths *paths, struct bench_case *ret_cases)
{
	const struct {
		const char *name, *title, *program;
		const char *arguments[CONTESTANT_ARGUMENTS];
	} programs[RACE_CASES] = {
		[RACE_CASE_PASS] = { "races-memory-pass",
			"one thread, four passes over 40 MB, against gcc's ThreadSanitizer",
			paths->memory_pass, { "40", "4" } },
		[RACE_CASE_LOCKS] = { "races-locks",
			"four threads, four locks, 1.2 million critical sections, against the "
			"same",
			paths->lock_heavy, { "300000" } },
		[RACE_CASE_ATOMICS] = { "races-atomics",
			"four threads, 2.4 million atomic operations, against the same",
			paths->atomics_heavy, { "300000" } },
		[RACE_CASE_PBZIP2] = { "races-pbzip2",
			"pbzip2 -p4 on 8 MB, built with -fsanitize=thread, against the same",
			paths->pbzip2, { "-p4", "-c", "-k", "-q", paths->big_file } },
	};

	for (size_t i = 0; i < RACE_CASES; i++) {
		ret_cases[i] = race_case;
		ret_cases[i].name = programs[i].name;
		ret_cases[i].title = programs[i].title;
		for (size_t c = WEFT; c <= TSAN_ONE_CORE; c++) {
			struct contestant *contestant = &ret_cases[i].contestants[c];

			contestant->program = programs[i].program;
			for (size_t a = 0; a < CONTESTANT_ARGUMENTS; a++)
				contestant->arguments[a] = programs[i].arguments[a];
		}
	}
	if (!paths->pbzip2)
		ret_cases[RACE_CASE_PBZIP2].skipped = paths->pbzip2_missing;
}
