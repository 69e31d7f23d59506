/* SPDX-License-Identifier: Apache-2.0 */
/* PostgreSQL's client library, loaded when it is needed: `pq.exec()` is its PQexec(). */
#ifndef WEFT_TOOL_SQL_ENGINE_LIBPQ_H
#define WEFT_TOOL_SQL_ENGINE_LIBPQ_H

#include <postgresql/libpq-fe.h>
#include <stdio.h>

#include "tool/diag.h"

#define LIBPQ_FUNCTIONS(X)    \
	X(connectdbParams)    \
	X(finish)             \
	X(status)             \
	X(errorMessage)       \
	X(socket)             \
	X(backendPID)         \
	X(parameterStatus)    \
	X(transactionStatus)  \
	X(setNoticeProcessor) \
	X(exec)               \
	X(execParams)         \
	X(prepare)            \
	X(execPrepared)       \
	X(sendQuery)          \
	X(isBusy)             \
	X(consumeInput)       \
	X(getResult)          \
	X(getCancel)          \
	X(cancel)             \
	X(freeCancel)         \
	X(notifies)           \
	X(freemem)            \
	X(resultStatus)       \
	X(resStatus)          \
	X(resultErrorField)   \
	X(resultErrorMessage) \
	X(ntuples)            \
	X(nfields)            \
	X(fname)              \
	X(getvalue)           \
	X(getisnull)          \
	X(getlength)          \
	X(cmdStatus)          \
	X(clear)              \
	X(print)

struct libpq {
#define X(name) __typeof__(PQ##name) *name;
	LIBPQ_FUNCTIONS(X)
#undef X
};

extern struct libpq pq;

int libpq_load(struct diag *diag);

/*
 * Connects with a connection string, and `options` for the server ("-c name=value ...", or
 * NULL). Returns the connection, or NULL with the diag.
 */
PGconn *libpq_connect(const char *connection, const char *options, struct diag *diag);

/* The first line of the connection's last error, valid until the next call. */
const char *libpq_error(PGconn *connection);

#endif
