/* SPDX-License-Identifier: Apache-2.0 */
/* What a setup made in PostgreSQL, and the SQL that brings its data back. */
#ifndef WEFT_TOOL_SQL_ENGINE_POSTGRES_SCHEMA_H
#define WEFT_TOOL_SQL_ENGINE_POSTGRES_SCHEMA_H

#include "tool/sql/engine/engine.h"
#include "tool/sql/engine/libpq.h"

struct postgres_reset {
	const char *quick;  /* rows deleted and inserted */
	const char *exact;  /* tables emptied as a whole: the layout is that of the setup */
	bool needs_rebuild; /* neither is enough */
};

/* Both use the engine's schema pool. */
int postgres_read_schema(
	struct engine *engine, PGconn *control, const char *schema, struct diag *diag);
int postgres_save_data(struct engine *engine, PGconn *control, const char *schema,
	struct postgres_reset *ret_reset, struct diag *diag);

#endif
