/* SPDX-License-Identifier: Apache-2.0 */
/* A finding in one sentence, in the field's words. */
#ifndef WEFT_TOOL_ANALYSIS_VERDICT_H
#define WEFT_TOOL_ANALYSIS_VERDICT_H

#include "tool/analysis/finding.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/*
 * "main.1 and main.2 each hold a lock that the other waits for". Without the kind, which stands
 * before it. The caller frees it; NULL: no memory.
 */
char *verdict_sentence(const struct recording *recording, struct symbols *symbols,
	enum finding_kind kind, const char *output);

#endif
