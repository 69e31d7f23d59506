/* SPDX-License-Identifier: Apache-2.0 */
/* A result as isolationtester prints it. */
#ifndef WEFT_TOOL_SQL_COMPAT_TABLE_H
#define WEFT_TOOL_SQL_COMPAT_TABLE_H

#include <stdio.h>

#include "tool/sql/engine/libpq.h"

void compat_print_table(const PGresult *result, FILE *stream);

#endif
