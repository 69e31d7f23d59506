/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one step gave: the rows of each of its statements, or how it failed. The same shape for
 * every engine; all strings belong to the pool that the engine was given.
 */
#ifndef WEFT_TOOL_SQL_DATA_RESULT_H
#define WEFT_TOOL_SQL_DATA_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "tool/sql/data/pool.h"

enum failure {
	FAILURE_NONE,
	FAILURE_SERIALIZATION, /* the engine refused to go on with this transaction: try again
				*/
	FAILURE_DEADLOCK,      /* chosen as the victim of a deadlock */
	FAILURE_LOCK_TIMEOUT,  /* the engine's own limit of waiting for a lock */
	FAILURE_TIMEOUT,       /* weft's limit for a step */
	FAILURE_CONSTRAINT,    /* a unique key, a foreign key, a check */
	FAILURE_STATEMENT,     /* any other error that the statement itself has */
	FAILURE_INJECTED,      /* weft made it fail, as the file asks for */
	FAILURE_ENVIRONMENT,   /* not the statement's fault: a full disk, no memory */
	FAILURE_LOST,	       /* the connection is gone */
};

/* The rows of one statement. */
struct rows {
	unsigned int column_count;
	const char **columns;
	size_t count;
	const char **cells; /* row by row; NULL: SQL's NULL */
	const char *tag;    /* "UPDATE 1": of a statement without rows; or NULL */
};

struct result {
	enum failure failure;
	const char *code;    /* the engine's, as it writes it: "40001", "1213", "SQLITE_BUSY" */
	const char *message; /* one line */
	struct rows **sets;
	size_t set_count;
};

/* Adds the rows of one more statement. */
void result_add_set(struct pool *pool, struct result *result, struct rows *rows);

/* Fails it; copies both texts, of the message the first line. */
void result_fail(struct pool *pool, struct result *result, enum failure failure,
	const char *code, const char *message);

/* A copy in another pool. */
struct result *result_copy(struct pool *pool, const struct result *result);

/* The cell in the first column of the first row of the last set that has rows; or NULL. */
const char *result_first_cell(const struct result *result);

/*
 * Adds the result as text in which equal results are equal: rows as a multiset, sorted. Cells
 * for which `ignored` says so (NULL: none) do not count.
 */
typedef bool (*cell_ignored)(const char *column, const char *cell, const void *context);
void rows_canonical(
	const struct rows *rows, cell_ignored ignored, const void *context, struct text *text);
void result_canonical(const struct result *result, cell_ignored ignored, const void *context,
	struct text *text);

/* For people, in one line: "50", "2 rows", "(1, alice), (2, bob)", "UPDATE 1", "error: ...". */
void result_summary(const struct result *result, size_t width, struct text *text);

/* "deadlock", "serialization failure": in a sentence. */
const char *failure_name(enum failure failure);

#endif
