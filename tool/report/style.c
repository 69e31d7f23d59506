/* SPDX-License-Identifier: Apache-2.0 */
/* Colours of the text report; see style.h. */
#include "tool/report/style.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct style plain = { "", "", "", "", "" };
static const struct style coloured = {
	.bold = "\033[1m",
	.bad = "\033[1;31m",
	.mark = "\033[33m",
	.dim = "\033[2m",
	.end = "\033[0m",
};

const struct style *style_for(FILE *stream, enum report_color color)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (color != REPORT_COLOR_AUTO)
		return color == REPORT_COLOR_ALWAYS ? &coloured : &plain;
	if ((no_color && no_color[0]) || !term || strcmp(term, "dumb") == 0)
		return &plain;
	return isatty(fileno(stream)) ? &coloured : &plain;
}
