/* SPDX-License-Identifier: Apache-2.0 */
/* What weft_assert_sometimes() says must be true in at least one execution of a campaign. */
#ifndef WEFT_TOOL_SEARCH_CONDITIONS_H
#define WEFT_TOOL_SEARCH_CONDITIONS_H

#include "tool/analysis/pc_map.h"
#include "tool/search/campaign.h"
#include "tool/search/failures.h"

/* Zero all but the settings. */
struct conditions {
	struct failures *failures; /* borrowed */

	struct condition *list;
	size_t count;
	struct pc_map numbers; /* by the hash of the text */
	struct modules image;
	bool has_image;
	struct finding_expectation expectation;
	struct finding_judge judge;
};

/* Looks at an execution, failed or not. Returns 0 or a negative errno. */
int conditions_take(struct conditions *conditions, const struct campaign_failure *execution,
	struct diag *diag);

/* After the campaign: each that was looked at and never true becomes a finding. */
int conditions_finish(struct conditions *conditions, struct diag *diag);

void conditions_release(struct conditions *conditions);

#endif
