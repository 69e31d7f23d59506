/* SPDX-License-Identifier: Apache-2.0 */
/* Means, the table and the JSON file; see scores.h. */
#include "bench/first-bug/scores.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

/* A program's shape is its name up to the first underscore. */
#define SHAPE_END '_'

void score_add(struct score *score, uint64_t first, uint64_t limit)
{
	uint64_t executions = first ? first : limit;

	score->trials++;
	score->found += first != 0;
	score->sum += executions;
	if (executions > score->max)
		score->max = executions;
}

double score_mean(const struct score *score)
{
	return score->trials ? (double)score->sum / score->trials : 0;
}

/* ---- over many programs ---- */

struct summary {
	double log_sum;
	double sum;
	uint32_t programs;
	uint32_t complete; /* programs found in each trial */
	uint32_t found;	   /* trials */
	uint32_t trials;
};

static size_t shape_length(const char *program)
{
	return strcspn(program, "_");
}

static int same_shape(const char *a, const char *b)
{
	return shape_length(a) == shape_length(b) && strncmp(a, b, shape_length(a)) == 0;
}

/* Of the programs of that shape; NULL: of all. */
static struct summary summarise(
	const struct score_board *board, size_t contestant, const char *shape)
{
	struct summary summary = { .programs = 0 };

	for (size_t i = 0; i < board->program_count; i++) {
		const struct score *score = &board->rows[i].scores[contestant];

		if (!score->trials || (shape && !same_shape(shape, board->programs[i])))
			continue;
		summary.programs++;
		summary.complete += score->found == score->trials;
		summary.found += score->found;
		summary.trials += score->trials;
		summary.log_sum += log(score_mean(score));
		summary.sum += score_mean(score);
	}
	return summary;
}

static double geometric_mean(const struct summary *summary)
{
	return summary->programs ? exp(summary->log_sum / summary->programs) : 0;
}

/* ---- the table ---- */

static void print_score(const struct score *score, FILE *out)
{
	if (!score->trials)
		fprintf(out, " %13s", "-");
	else if (score->found == score->trials)
		fprintf(out, " %10.1f   ", score_mean(score));
	else
		fprintf(out, " %10.1f %2u", score_mean(score), score->found);
}

static void print_head(const struct score_board *board, const char *first, FILE *out)
{
	fprintf(out, "%-34s", first);
	for (size_t c = 0; c < board->contestant_count; c++)
		fprintf(out, " %10s   ", board->contestants[c]);
	fputc('\n', out);
}

static int is_first_of_shape(const struct score_board *board, size_t program)
{
	for (size_t i = 0; i < program; i++)
		if (board->rows[i].scores[0].trials &&
			same_shape(board->programs[i], board->programs[program]))
			return 0;
	return board->rows[program].scores[0].trials != 0;
}

static void print_shapes(const struct score_board *board, FILE *out)
{
	print_head(board, "\ngeometric mean by shape", out);
	for (size_t i = 0; i < board->program_count; i++) {
		const char *name = board->programs[i];

		if (!is_first_of_shape(board, i))
			continue;
		fprintf(out, "%-34.*s", (int)shape_length(name), name);
		for (size_t c = 0; c < board->contestant_count; c++) {
			struct summary summary = summarise(board, c, name);

			fprintf(out, " %10.2f   ", geometric_mean(&summary));
		}
		fputc('\n', out);
	}
}

void scores_print(const struct score_board *board, FILE *out)
{
	print_head(board, "executions to the first failure", out);
	for (size_t i = 0; i < board->program_count; i++) {
		if (!board->rows[i].scores[0].trials)
			continue;
		fprintf(out, "%-34s", board->programs[i]);
		for (size_t c = 0; c < board->contestant_count; c++)
			print_score(&board->rows[i].scores[c], out);
		fputc('\n', out);
	}
	print_shapes(board, out);
	fputs("\nover all programs\n", out);
	for (size_t c = 0; c < board->contestant_count; c++) {
		struct summary summary = summarise(board, c, NULL);

		fprintf(out,
			"%-12s geometric mean %8.3f, arithmetic mean %9.1f; %u of %u programs "
			"in "
			"each trial, %u of %u trials\n",
			board->contestants[c], geometric_mean(&summary),
			summary.programs ? summary.sum / summary.programs : 0, summary.complete,
			summary.programs, summary.found, summary.trials);
	}
}

/* ---- JSON ---- */

uint64_t scores_missed(const struct score_board *board)
{
	uint64_t missed = 0;

	for (size_t p = 0; p < board->program_count; p++)
		for (size_t c = 0; c < board->contestant_count; c++)
			missed += board->rows[p].scores[c].trials -
				  board->rows[p].scores[c].found;
	return missed;
}

static json_t *score_json(const struct score *score)
{
	return json_pack("{s:i, s:i, s:f, s:I}", "trials", (int)score->trials, "found",
		(int)score->found, "mean", score_mean(score), "max", (json_int_t)score->max);
}

static json_t *summary_json(const struct summary *summary)
{
	return json_pack("{s:f, s:f, s:i, s:i}", "geometric_mean", geometric_mean(summary),
		"arithmetic_mean", summary->programs ? summary->sum / summary->programs : 0.0,
		"programs", (int)summary->programs, "found_in_each_trial",
		(int)summary->complete);
}

int scores_write_json(const struct score_board *board, const char *path)
{
	json_t *programs = json_object(), *summaries = json_object(), *root;
	int r;

	for (size_t i = 0; i < board->program_count; i++) {
		json_t *row = json_object();

		for (size_t c = 0; c < board->contestant_count; c++)
			json_object_set_new(row, board->contestants[c],
				score_json(&board->rows[i].scores[c]));
		json_object_set_new(programs, board->programs[i], row);
	}
	for (size_t c = 0; c < board->contestant_count; c++) {
		struct summary summary = summarise(board, c, NULL);

		json_object_set_new(summaries, board->contestants[c], summary_json(&summary));
	}
	root = json_pack("{s:I, s:o, s:o}", "execution_limit",
		(json_int_t)board->execution_limit, "summary", summaries, "programs", programs);
	r = root && json_dump_file(root, path, JSON_INDENT(2)) == 0 ? 0 : -EIO;
	json_decref(root);
	return r;
}
