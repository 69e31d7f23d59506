/* SPDX-License-Identifier: Apache-2.0 */
/* A copy of a campaign's file whose SQL can be changed: to try a fix, or another level. */
#ifndef WEFT_TOOL_SQL_RUN_VARIANT_H
#define WEFT_TOOL_SQL_RUN_VARIANT_H

#include "tool/sql/run/campaign.h"

/* All in the campaign's pool but `change`, which the user releases. */
struct variant {
	struct sql_campaign *campaign;
	struct spec spec;
	struct pool *pool;
	enum spec_level level;
	struct text change; /* what was changed, in words */
	unsigned int changes;
};

/* At the level of the campaign's first finding. */
void variant_init(struct variant *variant, struct sql_campaign *campaign);

/* Sessions run at that level, also where the SQL names one. */
void variant_set_level(struct variant *variant, enum spec_level level);

#endif
