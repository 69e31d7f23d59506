/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could be changed, tried: the file in a changed form is explored like the original, and
 * the counts stand side by side.
 */
#ifndef WEFT_TOOL_SQL_RUN_FIXES_H
#define WEFT_TOOL_SQL_RUN_FIXES_H

#include "tool/sql/run/campaign.h"

/* Fills the campaign's fixes, if it has findings. Returns 0 or a negative errno. */
int fixes_try(struct sql_campaign *campaign, struct diag *diag);

/* Explores a changed file at one level and fills the counts. In campaign.c. */
int sql_campaign_count(struct sql_campaign *campaign, const struct spec *spec,
	enum spec_level level, struct sql_fix *fix, struct diag *diag);

#endif
