/* SPDX-License-Identifier: Apache-2.0 */
/* One operation of a record in words, for all reports alike. */
#ifndef WEFT_TOOL_REPORT_WORDS_H
#define WEFT_TOOL_REPORT_WORDS_H

#include "tool/analysis/naming.h"

#define WORDS_OPERATION (3 * NAMING_SIZE)

/* "lock accounts", "read balance", "join main.2 (worker)". */
void words_operation(const struct recording *recording, struct symbols *symbols, uint32_t event,
	char words[WORDS_OPERATION]);

/* Adds " = EBUSY" for an operation that failed. */
void words_add_result(const struct wire_event *event, char words[WORDS_OPERATION]);

#endif
