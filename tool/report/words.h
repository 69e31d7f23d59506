/* SPDX-License-Identifier: Apache-2.0 */
/* One operation of a record in words, for all reports alike. */
#ifndef WEFT_TOOL_REPORT_WORDS_H
#define WEFT_TOOL_REPORT_WORDS_H

#include "tool/analysis/interleaving.h"
#include "tool/analysis/naming.h"

#define WORDS_OPERATION (3 * NAMING_SIZE)

/* "lock accounts", "reads balance", "join main.2 (worker)". */
void words_operation(const struct recording *recording, struct symbols *symbols, uint32_t event,
	char words[WORDS_OPERATION]);

#define WORDS_VALUE 160

/*
 * What an access saw or left, and for one that may write what was there before: "17",
 * "&storage", "true". NULL for other operations, and where it is not known.
 */
const char *words_value(
	const struct wire_event *event, struct symbols *symbols, char text[WORDS_VALUE]);
const char *words_before(
	const struct wire_event *event, struct symbols *symbols, char text[WORDS_VALUE]);

/*
 * Adds what came of an operation that was carried out: " = EBUSY" for one that failed, " = 0
 * (was 100)" for an access.
 */
void words_add_result(
	const struct wire_event *event, struct symbols *symbols, char words[WORDS_OPERATION]);

#define WORDS_CHOICE 64

/*
 * What was chosen within an operation otherwise than usual: "a timeout fires early". NULL:
 * nothing.
 */
const char *words_choice(const struct step *step, char text[WORDS_CHOICE]);

#endif
