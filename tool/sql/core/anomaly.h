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
#include "tool/sql/core/statement.h"

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

#define SEEN_NO_VERSION (-1)

/*
 * A step as it was carried out. The data have a version after each session that wrote, in the
 * order in which they began to write, version 0 being that of the setup; the reading session's
 * own writes are in none. `seen_min` to `seen_max` are the versions that give what it gave.
 */
struct access {
	unsigned int session;
	struct touched touched;
	uint32_t time; /* when it was done; all have different ones */
	bool reads;
	bool writes;
	bool adds_rows; /* or removes them */
	int seen_min;	/* SEEN_NO_VERSION: none gives it */
	int seen_max;
	bool undone;	    /* its transaction was rolled back, later */
	uint32_t committed; /* when its transaction ended */
};

struct anomaly_facts {
	const struct access *accesses;
	size_t access_count;
	uint8_t writers[SPEC_SESSIONS_MAX]; /* sessions, in the order of the versions */
	unsigned int writer_count;
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
