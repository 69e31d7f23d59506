/* SPDX-License-Identifier: Apache-2.0 */
/* What an execution left behind, as far as it can be compared with another one. */
#ifndef WEFT_TOOL_SQL_CORE_OUTCOME_H
#define WEFT_TOOL_SQL_CORE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/sql/spec/spec.h"

enum session_end {
	SESSION_DONE,
	SESSION_FAILED, /* a step failed, and what it had not committed is undone */
	SESSION_CUT,	/* it crashed, or was made to fail */
	SESSION_ABSENT, /* it was left out of this execution */
};

struct session_outcome {
	enum session_end end;
	const char *results; /* of all its steps, equal if they are equal */
	const char *code;    /* of the failure, or NULL */
	/* When its first step was sent and its last one was done, on one count for all. */
	uint32_t begun;
	uint32_t ended;
};

struct outcome {
	struct session_outcome sessions[SPEC_SESSIONS_MAX];
	unsigned int session_count;
	const char *state; /* of the data at the end */
};

#endif
