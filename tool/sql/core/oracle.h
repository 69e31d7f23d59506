/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is an outcome one that some serial order of the sessions gives? Sessions that failed may be
 * left out. By default the order must also respect real time: what ended before another one
 * began comes first (strict serializability; Papadimitriou 1979, Herlihy and Wing 1990).
 */
#ifndef WEFT_TOOL_SQL_CORE_ORACLE_H
#define WEFT_TOOL_SQL_CORE_ORACLE_H

#include "tool/sql/core/outcome.h"

enum oracle_mode {
	ORACLE_STRICT,
	ORACLE_SERIAL,	  /* any order, whatever real time says */
	ORACLE_INVARIANT, /* only what the file states */
	ORACLE_NONE,
};

/* One order: the sessions that run, first to last. */
struct serial_order {
	uint8_t sessions[SPEC_SESSIONS_MAX];
	unsigned int count;
};

struct oracle {
	enum oracle_mode mode;
	void *context;
	/*
	 * The outcome of running sessions one after another, which the oracle asks for again
	 * and again: keep it. NULL: it can't be had, and the error is the context's.
	 */
	const struct outcome *(*serial)(void *context, const struct serial_order *order);
};

struct oracle_verdict {
	bool accepted;
	struct serial_order nearest; /* the order that gives it, or that comes closest */
	unsigned int differences;    /* between it and the nearest: sessions, and the data */
	bool state_differs;	     /* from the nearest */
	bool needs_no_failure; /* a failed session could have had its place in a serial order */
};

/* Returns 0, or -EIO when a serial outcome could not be had. */
int oracle_judge(const struct oracle *oracle, const struct outcome *outcome,
	struct oracle_verdict *verdict);

#endif
