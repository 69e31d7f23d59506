/* SPDX-License-Identifier: Apache-2.0 */
/* MariaDB's client library, loaded when it is needed; connecting; and what a setup made. */
#ifndef WEFT_TOOL_SQL_ENGINE_MARIADB_H
#define WEFT_TOOL_SQL_ENGINE_MARIADB_H

#include <mariadb/mysql.h>

#include "tool/sql/engine/engine.h"

#define MARIADB_FUNCTIONS(X)  \
	X(init)               \
	X(options)            \
	X(real_connect)       \
	X(close)              \
	X(error)              \
	X(real_query)         \
	X(real_query_start)   \
	X(real_query_cont)    \
	X(store_result)       \
	X(store_result_start) \
	X(store_result_cont)  \
	X(next_result)        \
	X(next_result_start)  \
	X(next_result_cont)   \
	X(more_results)       \
	X(free_result)        \
	X(fetch_row)          \
	X(fetch_fields)       \
	X(num_fields)         \
	X(num_rows)           \
	X(affected_rows)      \
	X(thread_id)          \
	X(get_socket)         \
	X(get_server_info)    \
	X(reset_connection)

struct mariadb_library {
#define X(name) __typeof__(mysql_##name) *name;
	MARIADB_FUNCTIONS(X)
#undef X
	__typeof__(mysql_errno) *errno_; /* errno is a macro */
};

extern struct mariadb_library mariadb;

int mariadb_load(struct diag *diag);

/* "socket=PATH host=NAME port=N user=NAME password=TEXT", all optional. */
struct mariadb_address {
	char *text; /* what the others point into */
	const char *host, *user, *password, *socket;
	unsigned int port;
};

int mariadb_address_parse(
	const char *connection, struct mariadb_address *ret_address, struct diag *diag);
void mariadb_address_release(struct mariadb_address *address);

/* NULL with the diag. */
MYSQL *mariadb_open(const struct mariadb_address *address, struct diag *diag);

/* Statements whose rows nobody wants. */
int mariadb_execute(MYSQL *conn, const char *sql, struct diag *diag);

/* Both fill a result: with an error of the connection, or the rows that `from` has, which is
 * freed; NULL: of a statement without rows. */
void mariadb_keep_error(struct pool *pool, struct result *result, MYSQL *conn);
void mariadb_keep_rows(struct pool *pool, struct result *result, MYSQL *conn, MYSQL_RES *from);

/* Gates, see mariadb_gate.c; all return 0 or a negative errno. */
int mariadb_gates_make(MYSQL *control, const struct engine_schema *schema, struct diag *diag);
int mariadb_gate_move(MYSQL *control, unsigned long id, bool closed, struct diag *diag);
int mariadb_gate_pass(MYSQL *control, unsigned long id, struct diag *diag);

struct mariadb_reset {
	const char *quick;
	const char *exact;
	bool needs_rebuild;
};

int mariadb_read_schema(
	struct engine *engine, MYSQL *control, const char *database, struct diag *diag);
int mariadb_save_data(struct engine *engine, MYSQL *control, const char *database,
	struct mariadb_reset *ret_reset, struct diag *diag);

#endif
