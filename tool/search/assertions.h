/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What assertions depend on: the reads in the lines that call assert(), and in those right
 * before them in the same function. What other threads do to what is read there is what may
 * make an assertion fail, so the search drives it first.
 */
#ifndef WEFT_TOOL_SEARCH_ASSERTIONS_H
#define WEFT_TOOL_SEARCH_ASSERTIONS_H

#include <stdint.h>
#include <sys/types.h>

#include "common/wire.h"
#include "tool/launch/modules.h"
#include "tool/search/points.h"
#include "tool/search/value_set.h"

struct symbols;

/* A line with an assertion; the names are the symbols'. */
struct assertion_line {
	const char *function;
	const char *file;
	uint32_t line;
};

/* All zeros is one that knows of no assertion. */
struct assertions {
	struct symbols *symbols;
	struct assertion_line *lines;
	size_t count;
	struct value_set judged; /* code addresses */
	struct points reads;	 /* of these, those that read what assertions depend on */
};

/*
 * Finds the assertions of the program and of its own libraries, not the system's, in process
 * `pid`, of which `image` is what it has mapped. What can't be read has none. Returns 0 or
 * -ENOMEM; release it in either case.
 */
int assertions_find(struct assertions *assertions, const struct modules *image, pid_t pid);

/* Judges the reads among the steps, whose addresses are those of the image. 0 or -ENOMEM. */
int assertions_note(struct assertions *assertions, const struct wire_step *steps, size_t count);

void assertions_release(struct assertions *assertions);

#endif
