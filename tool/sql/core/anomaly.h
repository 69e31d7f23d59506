/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The name of what went wrong, after Adya ("Weak Consistency: A Generalized Theory", 1999) and
 * Berenson et al. ("A Critique of ANSI SQL Isolation Levels", 1995), from who read and wrote
 * what and whose effects each read saw. Naming comes after judging: a wrong name makes no
 * finding wrong.
 */
#ifndef WEFT_TOOL_SQL_CORE_ANOMALY_H
#define WEFT_TOOL_SQL_CORE_ANOMALY_H

#include "tool/sql/core/outcome.h"

enum anomaly {
	ANOMALY_NONE,
	ANOMALY_G0,
	ANOMALY_G1A,
	ANOMALY_G1B,
	ANOMALY_G1C,
	ANOMALY_OTV,
	ANOMALY_PMP,
	ANOMALY_LOST_UPDATE,
	ANOMALY_G_SINGLE,
	ANOMALY_G2_ITEM,
	ANOMALY_G2,
	ANOMALY_REAL_TIME, /* serializable, but not in the order of real time */
	ANOMALY_UNNAMED,
};

/* A step as it was carried out. */
struct access {
	unsigned int session;
	uint64_t tables;
	uint32_t time; /* when it was done; all have different ones */
	bool reads;
	bool writes;
	bool adds_rows;	    /* or removes them */
	bool saw_others;    /* it gave something else than without any other session */
	bool undone;	    /* its transaction was rolled back, later */
	uint32_t committed; /* when its transaction ended */
};

struct anomaly_facts {
	const struct access *accesses;
	size_t access_count;
	unsigned int session_count;
	bool serializable; /* some serial order gives it, but none in the order of real time */
	bool state_of_fewer; /* the data are as if a session that committed had not run */
};

enum anomaly anomaly_name(const struct anomaly_facts *facts);

/* "lost update"; "lost-update" for programs; "P4"; and one sentence of what it is. */
const char *anomaly_title(enum anomaly anomaly);
const char *anomaly_id(enum anomaly anomaly);
const char *anomaly_symbol(enum anomaly anomaly);
const char *anomaly_sentence(enum anomaly anomaly);

#endif
