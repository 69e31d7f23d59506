/* SPDX-License-Identifier: Apache-2.0 */
/* Damerau's edit distance, restricted to one edit per place, over three rows; see nearest.h. */
#include "tool/cmd/nearest.h"

#include <string.h>

#define LONGEST_WORD 63
#define MOST_EDITS 3

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* One row of the table: the distances of a's first `i` letters to each beginning of b. */
static void fill_row(size_t rows[3][LONGEST_WORD + 1], const char *a, size_t i, const char *b)
{
	size_t *row = rows[i % 3];
	const size_t *above = rows[(i + 2) % 3];
	const size_t *second = rows[(i + 1) % 3];
	size_t length = strlen(b);

	row[0] = i;
	for (size_t j = 1; j <= length; j++) {
		size_t changed = above[j - 1] + (a[i - 1] != b[j - 1]);

		row[j] = least(changed, least(above[j], row[j - 1]) + 1);
		if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
			row[j] = least(row[j], second[j - 2] + 1);
	}
}

static size_t distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_WORD + 1];
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);

	for (size_t j = 0; j <= b_length; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_length; i++)
		fill_row(rows, a, i, b);
	return rows[a_length % 3][b_length];
}

void nearest_init(struct nearest *nearest, const char *word)
{
	nearest->word = word;
	nearest->best = NULL;
	nearest->distance = 0;
}

void nearest_offer(struct nearest *nearest, const char *candidate)
{
	size_t word_length = strlen(nearest->word);
	size_t edits;

	if (word_length > LONGEST_WORD || strlen(candidate) > LONGEST_WORD)
		return;
	edits = distance(nearest->word, candidate);
	if (edits > MOST_EDITS || 3 * edits > word_length + 2)
		return;
	if (nearest->best && nearest->distance <= edits)
		return;
	nearest->best = candidate;
	nearest->distance = edits;
}
