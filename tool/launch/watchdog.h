/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wall-clock limits of one execution: how long it may go without any operation, and how
 * long it may take. A pure state machine over times and step counts; the server acts on its
 * answers.
 *
 * An execution over a limit is first asked, by a signal, to say where it is; then it is killed;
 * and if the server still does not report its end, the server is given up.
 */
#ifndef WEFT_TOOL_LAUNCH_WATCHDOG_H
#define WEFT_TOOL_LAUNCH_WATCHDOG_H

#include <stdint.h>

/* How long the runtime gets to say where the threads are. */
#define WATCHDOG_DUMP_NS UINT64_C(200000000)
/* How long the server gets to report the end of an execution that was killed. */
#define WATCHDOG_REAP_NS UINT64_C(5000000000)

enum watchdog_action {
	WATCHDOG_NOTHING,
	WATCHDOG_ASK,	  /* send WIRE_SIGNAL_STALLED to the execution */
	WATCHDOG_KILL,	  /* kill the execution */
	WATCHDOG_GIVE_UP, /* kill the server */
};

enum watchdog_reason {
	WATCHDOG_FINE,
	WATCHDOG_NO_PROGRESS,
	WATCHDOG_TOO_LONG,
	WATCHDOG_TOO_MUCH_OUTPUT,
};

struct watchdog {
	uint64_t stall_limit_ns; /* 0: none */
	uint64_t time_limit_ns;	 /* 0: none */
	uint64_t started_ns;
	uint64_t progress_ns; /* when the step count was last seen to change */
	uint64_t checked_ns;
	uint64_t acted_ns; /* when the last action was asked for */
	uint64_t steps;
	enum watchdog_action acted;
	enum watchdog_reason reason;
};

/* Begins to watch an execution; the limits are kept from one to the next. */
void watchdog_begin(struct watchdog *watchdog, uint64_t now_ns);

/* What is to be done now; each action is returned once. */
enum watchdog_action watchdog_check(struct watchdog *watchdog, uint64_t now_ns, uint64_t steps);

/* The execution broke a limit that somebody else watches: the next check asks and kills. */
void watchdog_object(struct watchdog *watchdog, enum watchdog_reason reason);

/* When to check next; UINT64_MAX: no limit is set. */
uint64_t watchdog_next_ns(const struct watchdog *watchdog);

#endif
