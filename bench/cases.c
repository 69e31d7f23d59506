/* SPDX-License-Identifier: Apache-2.0 */
/* The table of measures; see cases.h. */
#include "bench/cases.h"

#include "bench/race_cases.h"

#define ACCESSES "4000000"
/* For the thread carrier, whose switch is some hundred times as long. */
#define FEW_ACCESSES "100000"
#define MILLION 1e6
#define NS 1e9

static double seconds(const struct contestant *contestant)
{
	return series_median(&contestant->seconds);
}

static double switch_ratio(const struct contestant *contestant)
{
	return contestant->steps ? (double)contestant->switches / (double)contestant->steps : 0;
}

/* ---- a scheduling point ---- */

enum { POINT_MANY, POINT_TWO };

static size_t judge_points(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "points a second, 64 threads", "million/s",
		(double)c[POINT_MANY].steps / seconds(&c[POINT_MANY]) / MILLION, 0, true };
	claims[1] = (struct claim){ "switches a point, 64 threads", "",
		switch_ratio(&c[POINT_MANY]), 0, true };
	claims[2] = (struct claim){ "points a second, two threads", "million/s",
		(double)c[POINT_TWO].steps / seconds(&c[POINT_TWO]) / MILLION, 15, true };
	claims[3] = (struct claim){ "switches a point, two threads", "",
		switch_ratio(&c[POINT_TWO]), 0, true };
	return 4;
}

static const struct bench_case point_case = {
	.name = "scheduling-point",
	.title = "a scheduling point, a switch on every second one",
	.judge = judge_points,
	.contestants = {
		[POINT_MANY] = {
			.name = "random, 64 threads",
			.arguments = { "64", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_RANDOM,
			.runs = 1,
		},
		[POINT_TWO] = {
			.name = "lockstep, two threads",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_LOCKSTEP,
			.runs = 1,
			.is_fixed_seed = true,
		},
	},
};

/* ---- the racy loop ---- */

enum {
	RACE_AUTO,
	RACE_AUTO_BUSIEST,
	RACE_ALL,
	RACE_ALL_BUSIEST,
	RACE_NATIVE,
	RACE_NATIVE_CORES,
	RACE_REPORTS
};

static size_t judge_race(const struct contestant *c, struct claim *claims)
{
	double reports = seconds(&c[RACE_REPORTS]);
	double quiet = seconds(&c[RACE_NATIVE]);

	if (seconds(&c[RACE_NATIVE_CORES]) < quiet)
		quiet = seconds(&c[RACE_NATIVE_CORES]);
	claims[0] = (struct claim){ "learned, over libtsan as it is", "times",
		seconds(&c[RACE_AUTO]) / reports, 1, false };
	claims[1] = (struct claim){ "all, over libtsan as it is", "times",
		seconds(&c[RACE_ALL]) / reports, 1, false };
	claims[2] = (struct claim){ "learned, over libtsan without reports", "times",
		seconds(&c[RACE_AUTO]) / quiet, 1, false };
	claims[3] = (struct claim){ "all, over libtsan without reports", "times",
		seconds(&c[RACE_ALL]) / quiet, 1, false };
	claims[4] = (struct claim){ "learned, busiest, over the same", "times",
		seconds(&c[RACE_AUTO_BUSIEST]) / quiet, 0, false };
	claims[5] = (struct claim){ "all, busiest, over the same", "times",
		seconds(&c[RACE_ALL_BUSIEST]) / quiet, 0, false };
	return 6;
}

static const struct bench_case race_case = {
	.name = "racy-loop",
	.title = "two threads, 4 million accesses to one variable, against gcc's ThreadSanitizer",
	.judge = judge_race,
	.contestants = {
		[RACE_AUTO] = {
			.name = "weft, points learned",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_AUTO,
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_each_seed = true,
			.runs = 1,
		},
		[RACE_AUTO_BUSIEST] = {
			.name = "same, a switch every fourth",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_AUTO,
			.strategy = WIRE_STRATEGY_RANDOM,
			.runs = 1,
		},
		[RACE_ALL] = {
			.name = "weft, all points",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_each_seed = true,
			.runs = 1,
		},
		[RACE_ALL_BUSIEST] = {
			.name = "same, a switch every fourth",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_RANDOM,
			.runs = 1,
		},
		[RACE_NATIVE] = {
			.name = "libtsan without reports",
			.kind = CONTESTANT_NATIVE,
			.arguments = { "2", ACCESSES },
			.environment = "TSAN_OPTIONS=report_bugs=0",
			.runs = 1,
		},
		[RACE_NATIVE_CORES] = {
			.name = "same, all cores",
			.kind = CONTESTANT_NATIVE,
			.arguments = { "2", ACCESSES },
			.environment = "TSAN_OPTIONS=report_bugs=0",
			.is_on_all_cores = true,
			.runs = 1,
		},
		[RACE_REPORTS] = {
			.name = "libtsan, as it is",
			.kind = CONTESTANT_NATIVE,
			.arguments = { "2", ACCESSES },
			.environment = "TSAN_OPTIONS=exitcode=0",
			.runs = 1,
		},
	},
};

/* ---- executions a second ---- */

enum { START_WEFT, START_NATIVE, START_FORK };

static size_t judge_start(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "executions a second", "/s", 1 / seconds(&c[START_WEFT]),
		2000, true };
	claims[1] = (struct claim){ "scheduling points in each", "",
		(double)c[START_WEFT].steps, 0, true };
	claims[2] = (struct claim){ "native fork and exec", "/s", 1 / seconds(&c[START_NATIVE]),
		0, true };
	claims[3] = (struct claim){ "bare fork", "/s", 1 / seconds(&c[START_FORK]), 0, true };
	return 4;
}

static const struct bench_case start_case = {
	.name = "executions",
	.title = "executions of a program of two threads, one worker",
	.judge = judge_start,
	.contestants = {
		[START_WEFT] = {
			.name = "weft",
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 400,
		},
		[START_NATIVE] = {
			.name = "native fork and exec",
			.kind = CONTESTANT_NATIVE,
			.runs = 200,
		},
		[START_FORK] = {
			.name = "bare fork",
			.kind = CONTESTANT_FORK,
			.runs = 400,
		},
	},
};

/* ---- the experiment ---- */

enum { SNAP_FORK, SNAP_COMPARE, SNAP_PROTECT, SNAP_MEMORY };

static size_t judge_snapshot(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "fork", "/s", 1 / seconds(&c[SNAP_FORK]), 0, true };
	claims[1] = (struct claim){ "pages compared", "/s", 1 / seconds(&c[SNAP_COMPARE]), 0,
		true };
	claims[2] = (struct claim){ "write-protected", "/s", 1 / seconds(&c[SNAP_PROTECT]), 0,
		true };
	claims[3] = (struct claim){ "compared, memory only", "/s", 1 / seconds(&c[SNAP_MEMORY]),
		0, true };
	claims[4] = (struct claim){ "the last, over fork", "times",
		seconds(&c[SNAP_FORK]) / seconds(&c[SNAP_MEMORY]), 0, true };
	return 5;
}

static const struct bench_case snapshot_case = {
	.name = "snapshot",
	.title = "the same by restoring a snapshot: an experiment, see docs/decisions",
	.judge = judge_snapshot,
	.is_optional = true,
	.contestants = {
		[SNAP_FORK] = {
			.name = "fork",
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 400,
		},
		[SNAP_COMPARE] = {
			.name = "snapshot, pages compared",
			.snapshot = "compare",
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 1000,
		},
		[SNAP_PROTECT] = {
			.name = "snapshot, write-protected",
			.snapshot = "write-protect",
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 1000,
		},
		[SNAP_MEMORY] = {
			.name = "snapshot, memory only",
			.snapshot = "compare",
			.is_memory_only = true,
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 1000,
		},
	},
};

/* ---- an unmodified program ---- */

enum { PIGZ_WEFT, PIGZ_NATIVE };

static size_t judge_pigz(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "an execution, over native", "times",
		seconds(&c[PIGZ_WEFT]) / seconds(&c[PIGZ_NATIVE]), 1.5, false };
	return 1;
}

static const struct bench_case pigz_case = {
	.name = "pigz",
	.title = "pigz -p 4 on 8 MB, unmodified, on one core",
	.judge = judge_pigz,
	.contestants = {
		[PIGZ_WEFT] = {
			.name = "weft",
			.strategy = WIRE_STRATEGY_RANDOM,
			.is_fixed_seed = true,
			.runs = 1,
		},
		[PIGZ_NATIVE] = {
			.name = "native",
			.kind = CONTESTANT_NATIVE,
			.runs = 1,
		},
	},
};

/* ---- the C API in a program that runs without weft ---- */

enum { API_CALLS, API_NOTHING };

#define API_ROUNDS 20000000
#define API_CALLS_A_ROUND 3

static size_t judge_api(const struct contestant *c, struct claim *claims)
{
	double more = seconds(&c[API_CALLS]) - seconds(&c[API_NOTHING]);

	claims[0] = (struct claim){ "with calls, over without", "times",
		seconds(&c[API_CALLS]) / seconds(&c[API_NOTHING]), 0, false };
	claims[1] = (struct claim){ "a call", "ns", more * NS / API_ROUNDS / API_CALLS_A_ROUND,
		0, false };
	return 2;
}

static const struct bench_case api_case = {
	.name = "api",
	.title = "a critical section with three calls of <weft/weft.h>, without weft",
	.judge = judge_api,
	.contestants = {
		[API_CALLS] = {
			.name = "with calls",
			.kind = CONTESTANT_NATIVE,
			.arguments = { "20000000" },
			.runs = 1,
		},
		[API_NOTHING] = {
			.name = "without",
			.kind = CONTESTANT_NATIVE,
			.arguments = { "20000000" },
			.runs = 1,
		},
	},
};

/* ---- switches ---- */

enum { SWITCH_FIBER, STAY_FIBER, SWITCH_THREAD, STAY_THREAD };

static double switch_ns(const struct contestant *switching, const struct contestant *staying)
{
	uint64_t switches = switching->switches - staying->switches;

	return switches ? (seconds(switching) - seconds(staying)) / (double)switches * NS : 0;
}

static size_t judge_switches(const struct contestant *c, struct claim *claims)
{
	claims[0] = (struct claim){ "a switch, fiber carrier", "ns",
		switch_ns(&c[SWITCH_FIBER], &c[STAY_FIBER]), 0, false };
	claims[1] = (struct claim){ "a switch, thread carrier", "ns",
		switch_ns(&c[SWITCH_THREAD], &c[STAY_THREAD]), 0, false };
	return 2;
}

static const struct bench_case switch_case = {
	.name = "switch",
	.title = "what a switch adds to a scheduling point, on both carriers",
	.judge = judge_switches,
	.contestants = {
		[SWITCH_FIBER] = {
			.name = "fiber, switching",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_RANDOM,
			.runs = 1,
		},
		[STAY_FIBER] = {
			.name = "fiber, staying",
			.arguments = { "2", ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_SEQUENTIAL,
			.is_fixed_seed = true,
			.runs = 1,
		},
		[SWITCH_THREAD] = {
			.name = "thread, switching",
			.carrier = WIRE_CARRIER_THREAD,
			.arguments = { "2", FEW_ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_RANDOM,
			.runs = 1,
		},
		[STAY_THREAD] = {
			.name = "thread, staying",
			.carrier = WIRE_CARRIER_THREAD,
			.arguments = { "2", FEW_ACCESSES },
			.points = WIRE_POINTS_ALL,
			.strategy = WIRE_STRATEGY_SEQUENTIAL,
			.is_fixed_seed = true,
			.runs = 1,
		},
	},
};

/* ---- all of them ---- */

enum {
	CASE_POINT,
	CASE_RACE,
	CASE_RACES_FIRST,
	CASE_START = CASE_RACES_FIRST + RACE_CASES,
	CASE_PIGZ,
	CASE_API,
	CASE_SWITCH,
	CASE_SNAPSHOT,
	CASE_COUNT
};

static void set_program(struct bench_case *bench_case, const char *program)
{
	for (size_t i = 0; i < CASE_CONTESTANTS_MAX; i++)
		bench_case->contestants[i].program = program;
}

static void set_pigz(struct bench_case *bench_case, const struct case_paths *paths)
{
	const char *arguments[] = { "-p", "4", "-c", "-k", paths->big_file };

	if (!paths->pigz)
		bench_case->skipped = "pigz is not installed";
	set_program(bench_case, paths->pigz);
	for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
		bench_case->contestants[PIGZ_WEFT].arguments[i] = arguments[i];
		bench_case->contestants[PIGZ_NATIVE].arguments[i] = arguments[i];
	}
}

struct bench_case *cases_make(const struct case_paths *paths, size_t *ret_count)
{
	static struct bench_case cases[CASE_COUNT];

	cases[CASE_POINT] = point_case;
	cases[CASE_RACE] = race_case;
	race_cases_make(paths, &cases[CASE_RACES_FIRST]);
	cases[CASE_START] = start_case;
	cases[CASE_PIGZ] = pigz_case;
	cases[CASE_API] = api_case;
	cases[CASE_SWITCH] = switch_case;
	cases[CASE_SNAPSHOT] = snapshot_case;
	set_program(&cases[CASE_POINT], paths->racy_loop);
	set_program(&cases[CASE_RACE], paths->racy_loop);
	set_program(&cases[CASE_SWITCH], paths->racy_loop);
	set_program(&cases[CASE_START], paths->two_threads);
	set_program(&cases[CASE_SNAPSHOT], paths->two_threads);
	cases[CASE_API].contestants[API_CALLS].program = paths->api_calls;
	cases[CASE_API].contestants[API_NOTHING].program = paths->api_nothing;
	set_pigz(&cases[CASE_PIGZ], paths);
	*ret_count = CASE_COUNT;
	return cases;
}
