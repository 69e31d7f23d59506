/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of the text report: escape sequences on a terminal, empty texts everywhere else. */
#ifndef WEFT_TOOL_REPORT_STYLE_H
#define WEFT_TOOL_REPORT_STYLE_H

#include <stdio.h>

#include "tool/report/report.h"

struct style {
	const char *bold;
	const char *bad;  /* what went wrong */
	const char *mark; /* where a switch was forced */
	const char *dim;  /* what may be passed over */
	const char *end;
};

/* AUTO goes by the stream and the environment (NO_COLOR, TERM=dumb); see no-color.org. */
const struct style *style_for(FILE *stream, enum report_color color);

#endif
