/* SPDX-License-Identifier: Apache-2.0 */
/* MariaDB's answers as results; see mariadb.h. */
#include <mariadb/errmsg.h>
#include <stdio.h>

#include "tool/sql/engine/mariadb.h"

static enum failure failure_of(unsigned int code)
{
	switch (code) {
	case 1213: /* ER_LOCK_DEADLOCK */
		return FAILURE_DEADLOCK;
	case 1020: /* ER_CHECKREAD: with innodb_snapshot_isolation */
		return FAILURE_SERIALIZATION;
	case 1205: /* ER_LOCK_WAIT_TIMEOUT */
		return FAILURE_LOCK_TIMEOUT;
	case 1317: /* ER_QUERY_INTERRUPTED */
	case 1969: /* ER_STATEMENT_TIMEOUT */
		return FAILURE_TIMEOUT;
	case 1062: /* ER_DUP_ENTRY */
	case 1451: /* ER_ROW_IS_REFERENCED_2 */
	case 1452: /* ER_NO_REFERENCED_ROW_2 */
	case 4025: /* ER_CONSTRAINT_FAILED */
		return FAILURE_CONSTRAINT;
	case 3:	   /* EE_WRITE */
	case 1021: /* ER_DISK_FULL */
	case 1026: /* ER_ERROR_ON_WRITE */
	case 1030: /* ER_GET_ERRNO */
	case 1037: /* ER_OUTOFMEMORY */
	case 1041: /* ER_OUT_OF_RESOURCES */
	case 1114: /* ER_RECORD_FILE_FULL */
	case 1206: /* ER_LOCK_TABLE_FULL */
		return FAILURE_ENVIRONMENT;
	case 1927: /* ER_CONNECTION_KILLED */
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
		return FAILURE_LOST;
	default:
		return FAILURE_STATEMENT;
	}
}

void mariadb_keep_error(struct pool *pool, struct result *result, MYSQL *conn)
{
	unsigned int code = mariadb.errno_(conn);
	char number[16];

	snprintf(number, sizeof(number), "%u", code);
	result_fail(pool, result, failure_of(code), number, mariadb.error(conn));
}

/* The rows that were stored, or what a statement without rows did. */
void mariadb_keep_rows(struct pool *pool, struct result *result, MYSQL *conn, MYSQL_RES *from)
{
	struct rows *rows = pool_alloc(pool, sizeof(*rows));
	MYSQL_FIELD *fields;

	result_add_set(pool, result, rows);
	if (!from) {
		unsigned long long count = mariadb.affected_rows(conn);

		rows->tag =
			count ? pool_format(pool, "%llu row%s", count, count == 1 ? "" : "s")
			      : "done";
		return;
	}
	fields = mariadb.fetch_fields(from);
	rows->column_count = mariadb.num_fields(from);
	rows->count = (size_t)mariadb.num_rows(from);
	rows->columns = pool_alloc(pool, rows->column_count * sizeof(*rows->columns));
	rows->cells = pool_alloc(pool, rows->count * rows->column_count * sizeof(*rows->cells));
	for (unsigned int c = 0; c < rows->column_count; c++)
		rows->columns[c] = pool_string(pool, fields[c].name);
	for (size_t i = 0; i < rows->count; i++) {
		MYSQL_ROW row = mariadb.fetch_row(from);

		for (unsigned int c = 0; c < rows->column_count; c++)
			if (row[c])
				rows->cells[i * rows->column_count + c] =
					pool_string(pool, row[c]);
	}
	mariadb.free_result(from);
}
