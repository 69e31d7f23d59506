/* SPDX-License-Identifier: Apache-2.0 */
/* What all engines share; see engine.h. */
#include "tool/sql/engine/engine.h"

#include <string.h>
#include <strings.h>

const struct engine_ops *engine_find(enum spec_engine engine)
{
	switch (engine) {
	case SPEC_SQLITE:
		return &engine_sqlite;
	case SPEC_POSTGRES:
		return &engine_postgres;
	case SPEC_MARIADB:
		return &engine_mariadb;
	case SPEC_ENGINES:
		break;
	}
	return NULL;
}

const struct engine_table *engine_find_table(
	const struct engine_schema *schema, const char *name, size_t size)
{
	for (size_t i = 0; i < schema->table_count; i++) {
		const char *other = schema->tables[i].name;

		if (strlen(other) == size && strncasecmp(other, name, size) == 0)
			return &schema->tables[i];
	}
	return NULL;
}

char *engine_read_all(const struct engine_schema *schema, struct pool *pool)
{
	struct text sql = { 0 };
	char *copy;

	for (size_t i = 0; i < schema->table_count; i++)
		text_addf(&sql, "SELECT * FROM %s;", schema->tables[i].quoted);
	copy = pool_copy(pool, sql.text ? sql.text : "", sql.size);
	text_release(&sql);
	return copy;
}
