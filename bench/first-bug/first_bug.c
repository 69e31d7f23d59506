/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many executions it takes to the first failure: each program of programs/ under each
 * strategy, with so many seeds, and by plain running. The number does not depend on the
 * machine, but for the plain runs.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/first-bug/scores.h"
#include "bench/first-bug/trial.h"
#include "first_bug_programs.h"

#define TRIALS_DEFAULT 20
#define LIMIT_DEFAULT 10000
#define WORKERS_MAX 64
#define NATIVE "native"
/* The bugs of programs that begin so are given so many times the executions. */
#define RARE_PREFIX "stack_"
#define RARE_FACTOR 100

static const char *const programs[] = { FIRST_BUG_PROGRAMS };

struct settings {
	const char *weft;
	const char *folder; /* of the programs */
	const char *json;
	const char *strategies; /* names after commas */
	uint64_t trials;
	uint64_t execution_limit;
	uint64_t native_limit; /* plain runs per trial; 0: none */
	unsigned int workers;
	bool must_find;	    /* a program that some trial misses is an error */
	char *const *names; /* prefixes of the programs to take; none: all */
};

static struct score_board board;

static const struct option options[] = {
	{ "weft", required_argument, NULL, 'w' },
	{ "programs", required_argument, NULL, 'p' },
	{ "json", required_argument, NULL, 'o' },
	{ "strategies", required_argument, NULL, 's' },
	{ "trials", required_argument, NULL, 't' },
	{ "limit", required_argument, NULL, 'l' },
	{ "native", required_argument, NULL, 'n' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "must-find", no_argument, NULL, 'm' },
	{ NULL, 0, NULL, 0 },
};

static bool read_options(int argc, char **argv, struct settings *s)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (option) {
		case 'w':
			s->weft = optarg;
			break;
		case 'p':
			s->folder = optarg;
			break;
		case 'o':
			s->json = optarg;
			break;
		case 's':
			s->strategies = optarg;
			break;
		case 't':
			s->trials = strtoull(optarg, NULL, 10);
			break;
		case 'l':
			s->execution_limit = strtoull(optarg, NULL, 10);
			break;
		case 'n':
			s->native_limit = strtoull(optarg, NULL, 10);
			break;
		case 'j':
			s->workers = (unsigned int)strtoul(optarg, NULL, 10);
			break;
		case 'm':
			s->must_find = true;
			break;
		default:
			return false;
		}
	s->names = argv + optind;
	return s->weft && s->folder && s->workers > 0 && s->workers <= WORKERS_MAX;
}

static bool is_wanted(const struct settings *s, const char *program)
{
	if (!*s->names)
		return true;
	for (char *const *name = s->names; *name; name++)
		if (strncmp(program, *name, strlen(*name)) == 0)
			return true;
	return false;
}

static int read_contestants(const struct settings *s)
{
	char *text = strdup(s->strategies);
	char *rest = text;

	for (char *name = strsep(&rest, ","); name; name = strsep(&rest, ",")) {
		if (search_strategy_from_name(name) < 0 ||
			board.contestant_count == CONTESTANTS_MAX - 1) {
			fprintf(stderr, "weft-first-bug: no such strategy: '%s'\n", name);
			return -EINVAL;
		}
		board.contestants[board.contestant_count++] = name;
	}
	if (s->native_limit)
		board.contestants[board.contestant_count++] = NATIVE;
	return 0;
}

/* ---- one program ---- */

static uint64_t limit_of(const struct settings *s, const char *program)
{
	bool rare = strncmp(program, RARE_PREFIX, sizeof(RARE_PREFIX) - 1) == 0;

	return rare ? s->execution_limit * RARE_FACTOR : s->execution_limit;
}

/* Where a trial belongs in the table. */
struct cell {
	size_t program;
	size_t contestant;
};

static int run_trial(const struct settings *s, const struct runtime_path *runtime,
	struct cell cell, uint64_t seed, struct score *score, struct diag *diag)
{
	const char *name = board.contestants[cell.contestant];
	bool native = strcmp(name, NATIVE) == 0;
	char path[PATH_MAX];
	uint64_t first;
	int r;

	snprintf(path, sizeof(path), "%s/first_bug_%s%s", s->folder, programs[cell.program],
		native ? "_native" : "");
	if (native) {
		r = trial_run_native(path, s->native_limit, &first, diag);
	} else {
		const struct trial trial = {
			.runtime = runtime,
			.program = path,
			.strategy = (enum search_strategy)search_strategy_from_name(name),
			.seed = seed,
			.execution_limit = limit_of(s, programs[cell.program]),
		};

		r = trial_run(&trial, &first, diag);
	}
	if (r == 0)
		score_add(score, first,
			native ? s->native_limit : limit_of(s, programs[cell.program]));
	return r;
}

/* In a process of its own; its row is written to `fd`. */
static int run_program(const struct settings *s, size_t program, int fd)
{
	struct score_row row = { .program = (uint32_t)program };
	struct runtime_path runtime;
	struct diag diag;
	int r = runtime_path_find_beside(s->weft, &runtime, &diag);

	for (size_t c = 0; c < board.contestant_count && r == 0; c++)
		for (uint64_t seed = 1; seed <= s->trials && r == 0; seed++)
			r = run_trial(s, &runtime, (struct cell){ program, c }, seed,
				&row.scores[c], &diag);
	if (r < 0) {
		fprintf(stderr, "weft-first-bug: %s: %s\n", programs[program], diag.text);
		return 1;
	}
	return write(fd, &row, sizeof(row)) == sizeof(row) ? 0 : 1;
}

/* ---- all of them ---- */

static void start_worker(const struct settings *s, size_t program, const int pipe_fds[2])
{
	pid_t pid = fork();

	if (pid < 0) {
		fprintf(stderr, "weft-first-bug: cannot fork: %s\n", strerror(errno));
		exit(1);
	}
	if (pid > 0)
		return;
	close(pipe_fds[0]);
	_exit(run_program(s, program, pipe_fds[1]));
}

/* Returns how many programs could not be run. */
static unsigned int run_all(const struct settings *s)
{
	unsigned int running = 0, failed = 0;
	struct score_row row;
	int pipe_fds[2];
	int status;

	if (pipe(pipe_fds) < 0)
		return 1;
	for (size_t i = 0; i < board.program_count || running;) {
		if (i < board.program_count && running < s->workers) {
			if (is_wanted(s, programs[i])) {
				start_worker(s, i, pipe_fds);
				running++;
			}
			i++;
			continue;
		}
		if (wait(&status) < 0)
			break;
		running--;
		if (status != 0) {
			failed++;
			continue;
		}
		/* Written before its writer ended, and in one piece. */
		if (read(pipe_fds[0], &row, sizeof(row)) == sizeof(row))
			board.rows[row.program] = row;
	}
	return failed;
}

int main(int argc, char **argv)
{
	struct settings s = {
		.strategies = "auto,random,pct,pos",
		.trials = TRIALS_DEFAULT,
		.execution_limit = LIMIT_DEFAULT,
		.workers = 1,
	};
	unsigned int failed;

	if (!read_options(argc, argv, &s)) {
		fprintf(stderr,
			"usage: weft-first-bug --weft PATH --programs FOLDER [--json FILE] "
			"[--strategies LIST]\n"
			"       [--trials N] [--limit N] [--native RUNS] [--jobs N] "
			"[--must-find] [PREFIX...]\n");
		return 2;
	}
	board.programs = programs;
	board.program_count = sizeof(programs) / sizeof(*programs);
	board.execution_limit = s.execution_limit;
	if (read_contestants(&s) < 0)
		return 2;
	failed = run_all(&s);
	scores_print(&board, stdout);
	if (s.json && scores_write_json(&board, s.json) < 0) {
		fprintf(stderr, "weft-first-bug: cannot write '%s'\n", s.json);
		return 1;
	}
	return failed || (s.must_find && scores_missed(&board)) ? 1 : 0;
}
