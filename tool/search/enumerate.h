/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every execution of a kind, one after another: those without preemption, or the serial ones,
 * in which operations do not overlap (see enum wire_enumerate). A stateless depth-first search
 * over the choices that the runtime tells of.
 */
#ifndef WEFT_TOOL_SEARCH_ENUMERATE_H
#define WEFT_TOOL_SEARCH_ENUMERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/diag.h"
#include "tool/launch/server.h"

struct enumeration {
	/* Settings, borrowed. */
	struct server *server;	/* idle, at the point before main */
	const uint64_t *points; /* as this server's addresses */
	size_t point_count;
	uint32_t kinds; /* bit set of enum wire_enumerate */
	uint64_t execution_limit;
	uint64_t time_limit_ns;
	bool (*stopped)(void); /* may be NULL */
	void *context;
	/*
	 * An execution has ended. Returns 0, or a negative errno that ends the enumeration; a
	 * positive number ends it as not complete.
	 */
	int (*ended)(void *context, const struct server_request *request,
		const struct server_outcome *outcome, struct diag *diag);

	/* Results. */
	uint64_t executions;
	bool complete;	     /* there are no others */
	const char *why_not; /* static; NULL: complete */
};

/* Returns 0, or a negative errno with `diag` filled when executing itself failed. */
int enumerate(struct enumeration *enumeration, struct diag *diag);

#endif
