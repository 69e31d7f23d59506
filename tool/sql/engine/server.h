/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private database server of the installed version, in a temporary folder, reachable through
 * a Unix socket only. Servers refuse to run as root: then it runs as its own user, or nobody.
 */
#ifndef WEFT_TOOL_SQL_ENGINE_SERVER_H
#define WEFT_TOOL_SQL_ENGINE_SERVER_H

#include "tool/diag.h"
#include "tool/sql/spec/spec.h"

struct private_server;

/*
 * Starts one and waits until it answers. Returns 0 or a negative errno with the diag: it says
 * which package is missing, or what the server complained of.
 */
int private_server_start(
	enum spec_engine engine, struct private_server **ret_server, struct diag *diag);

/* For engine_config.connection; the server's own. */
const char *private_server_connection(const struct private_server *server);

/* Stops it and removes all that it left; NULL is fine. */
void private_server_stop(struct private_server *server);

#endif
