/* SPDX-License-Identifier: Apache-2.0 */
/* An explanation for programs: the JSON of `weft explain --json`, see docs/json.md. */
#ifndef WEFT_TOOL_EXPLAIN_ACCOUNT_H
#define WEFT_TOOL_EXPLAIN_ACCOUNT_H

#include <jansson.h>

#include "tool/explain/explain.h"

#define ACCOUNT_VERSION 1

/* A new object, or NULL: no memory. */
json_t *account_new(struct explained *explained);

#endif
