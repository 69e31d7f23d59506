/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libFuzzer target: no text makes the reader of `weft sql`'s files misbehave, in either of its
 * languages; and the SQL in what it takes is read by words without running over its end.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/sql/core/statement.h"
#include "tool/sql/spec/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int find_table(const void *context, const char *name, size_t size)
{
	(void)context;
	return size == 1 && *name == 't' ? 0 : -1;
}

static bool is_key(const void *context, int table, const char *column, size_t size)
{
	(void)context;
	return table == 0 && size == 2 && memcmp(column, "id", 2) == 0;
}

static void try_text(const char *text, size_t size, bool strict)
{
	static const struct statement_tables tables = { .find = find_table, .is_key = is_key };
	struct diag diag = { .text = "" };
	struct statement statement;
	struct spec *spec;

	if (spec_parse("fuzz", text, size, strict, &spec, &diag) < 0) {
		if (strncmp(diag.text, "fuzz:", 5) != 0)
			abort();
		return;
	}
	for (unsigned int i = 0; i < spec->step_count; i++) {
		if (spec->steps[i]->id != i)
			abort();
		statement_read(spec->steps[i]->sql, &tables, &statement);
	}
	spec_free(spec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_text((const char *)data, size, false);
	try_text((const char *)data, size, true);
	return 0;
}
