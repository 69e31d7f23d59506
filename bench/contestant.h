/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One way of running a program whose time is measured: under weft, by an execution server that
 * is started once and asked for many executions; natively, by fork and execve; or nothing but a
 * fork. A sample is the wall-clock time of `runs` runs one after another, divided by `runs`.
 *
 * On all cores a native program may use all of them; under weft, where an execution has one, an
 * execution runs on each at the same time, as in a campaign, and counts its part of the time.
 */
#ifndef WEFT_BENCH_CONTESTANT_H
#define WEFT_BENCH_CONTESTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/series.h"
#include "common/wire.h"
#include "tool/diag.h"
#include "tool/launch/server.h"

#define CONTESTANT_ARGUMENTS 8
#define CONTESTANT_CORES_MAX 64

enum contestant_kind {
	CONTESTANT_WEFT,
	CONTESTANT_NATIVE,
	CONTESTANT_FORK, /* a child that ends at once: the floor under all that forks */
};

struct contestant {
	const char *name;
	enum contestant_kind kind;
	const char *program;
	const char
		*arguments[CONTESTANT_ARGUMENTS]; /* after the program's name; NULL ends them */
	unsigned int runs;			  /* in each sample */
	bool is_on_all_cores;

	/* CONTESTANT_WEFT */
	enum wire_carrier carrier;
	enum wire_points points;
	enum wire_strategy strategy;
	const char *snapshot; /* by bench/snapshot, and how; NULL: by fork, as weft does */
	bool is_memory_only;  /* with a snapshot: see bench/snapshot/image.h */
	bool is_each_seed;    /* another seed for each run, as in a campaign */
	bool is_fixed_seed; /* else contestant_prepare() looks for the one that switches most */

	/* CONTESTANT_NATIVE */
	const char *environment; /* one more variable, NAME=VALUE, or NULL */
	int expected_status;	 /* of the program, at its exit */

	bool is_memory_shown;

	/* What comes of it. */
	struct series seconds;	/* per run */
	struct series peak_mib; /* resident memory of the last run of each sample */
	uint64_t steps;		/* CONTESTANT_WEFT: scheduling points of the last execution */
	uint64_t switches;	/* among them */

	/* Its own. */
	char *argv[CONTESTANT_ARGUMENTS + 2];
	struct server_setup setup;
	struct server *servers[CONTESTANT_CORES_MAX];
	unsigned int server_count;
	uint64_t peak_kib; /* of the last run */
	uint64_t *learned; /* accesses that WIRE_POINTS_AUTO has made points of */
	size_t learned_count;
	uint64_t execution;
	uint64_t seed;
	int output_fd;
};

/* Where weft's runtime is; set once, before the first contestant is prepared. */
struct contestant_runtime {
	const char *library;
	const char *tsan_dir;
	const char *snapshot_library; /* the experiment's */
};

/*
 * Gets ready for the first sample: starts the server, looks for the seed, learns the points.
 * Returns 0 or a negative errno with `diag` filled.
 */
int contestant_prepare(struct contestant *contestant, const struct contestant_runtime *runtime,
	struct diag *diag);

/* Takes one sample. An execution or run that ends in another way than expected is an error. */
int contestant_sample(struct contestant *contestant, struct diag *diag);

/* Stops the server and frees; also for one that was never prepared. */
void contestant_release(struct contestant *contestant);

#endif
