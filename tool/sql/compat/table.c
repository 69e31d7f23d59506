/* SPDX-License-Identifier: Apache-2.0 */
/*
 * By libpq's own PQprint(), which isolationtester uses: what counts as a number, and so goes to
 * the right, is its own notion.
 */
#include "tool/sql/compat/table.h"

void compat_print_table(const PGresult *result, FILE *stream)
{
	static char separator[] = "|";
	PQprintOpt options = { .header = 1, .align = 1, .fieldSep = separator };

	pq.print(stream, result, &options);
}
