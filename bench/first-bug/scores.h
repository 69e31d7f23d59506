/* SPDX-License-Identifier: Apache-2.0 */
/* What the trials gave: per program and contestant, and over all programs; as table and JSON.
 */
#ifndef WEFT_BENCH_FIRST_BUG_SCORES_H
#define WEFT_BENCH_FIRST_BUG_SCORES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define CONTESTANTS_MAX 16
#define PROGRAMS_MAX 256

/* The trials of one contestant on one program. */
struct score {
	uint32_t trials;
	uint32_t found;
	uint64_t sum; /* of the executions until the first failure; the limit where none came */
	uint64_t max;
};

/* One program: plain data, so that it can go through a pipe. */
struct score_row {
	uint32_t program; /* index */
	struct score scores[CONTESTANTS_MAX];
};

struct score_board {
	const char *const *programs;
	size_t program_count;
	const char *contestants[CONTESTANTS_MAX];
	size_t contestant_count;
	uint64_t execution_limit;
	struct score_row rows[PROGRAMS_MAX];
};

void score_add(struct score *score, uint64_t first, uint64_t limit);

/* Executions on average; a trial that found nothing counts as the limit. */
double score_mean(const struct score *score);

/* One line per program, then the means over all, and per shape what auto costs beside the best.
 */
void scores_print(const struct score_board *board, FILE *out);

/* Trials in which nothing was found. */
uint64_t scores_missed(const struct score_board *board);

/* Returns 0 or a negative errno. */
int scores_write_json(const struct score_board *board, const char *path);

#endif
