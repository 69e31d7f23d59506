/* SPDX-License-Identifier: Apache-2.0 */
/* Which word did they mean? For suggestions in messages about commands and options. */
#ifndef WEFT_TOOL_CMD_NEAREST_H
#define WEFT_TOOL_CMD_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word; /* what was typed */
	const char *best; /* the candidate nearest to it so far, or NULL: none is near enough */
	size_t distance;  /* of `best` */
};

/* Starts a search for what `word` could have meant; borrowed until the search is over. */
void nearest_init(struct nearest *nearest, const char *word);

/*
 * Offers a candidate. It counts when at most a third of the word, and at most three letters,
 * would have to be changed, inserted, left out or swapped with their neighbour (Damerau's
 * distance).
 */
void nearest_offer(struct nearest *nearest, const char *candidate);

#endif
