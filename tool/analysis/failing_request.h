/* SPDX-License-Identifier: Apache-2.0 */
/* A failure as what a server is asked for: the same execution again. */
#ifndef WEFT_TOOL_ANALYSIS_FAILING_REQUEST_H
#define WEFT_TOOL_ANALYSIS_FAILING_REQUEST_H

#include "tool/analysis/finding.h"
#include "tool/launch/server.h"

/* All that it points to is the failure's. */
struct server_request failing_request(const struct finding_failure *failure);

#endif
