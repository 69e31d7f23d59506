/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One execution server: the user's program, started with the runtime preloaded, stopped before
 * main, and asked over and over to run one execution. The protocol is in common/wire.h.
 *
 * The interface never blocks, so that one loop over poll(2) can drive several servers:
 *
 *	server_start -> [server_submit -> { poll server_fd, server_tick, server_collect }*]* ->
 *	server_stop
 *
 * server_execute() does one execution in a blocking way, over the same functions.
 *
 * A server that dies is started again, and the execution it was doing is submitted again once;
 *if it dies in the same execution again, that is the execution's outcome (`lost` is set).
 */
#ifndef WEFT_TOOL_LAUNCH_SERVER_H
#define WEFT_TOOL_LAUNCH_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/diag.h"
#include "tool/launch/modules.h"

struct server;

/* How a program is run. Everything is borrowed and must outlive the servers made from it. */
struct server_setup {
	const char *program;	   /* what execve gets */
	char *const *argv;	   /* ends with NULL; argv[0] as the user wrote it */
	const char *runtime_path;  /* of libweft.so */
	const char *tsan_dir;	   /* folder of the libtsan.so.* stand-ins, or NULL */
	struct wire_config config; /* output_fd and input_fd are the server's to fill in */
	int input_fd;		   /* what every execution reads as stdin; -1: nothing */
	bool pass_output;	 /* leave stdout and stderr as the tool's own; else captured */
	bool pass_input;	 /* leave stdin as the tool's own */
	bool hash_output;	 /* fill output_hash of each outcome */
	uint64_t start_limit_ns; /* until the point before main */
	uint64_t stall_limit_ns; /* longest time without any operation; 0: none */
	uint64_t time_limit_ns;	 /* longest execution; 0: none */
};

/* What is run: all that it points to is borrowed until the outcome is collected. */
struct server_request {
	struct wire_request wire;
	const struct modules *image; /* whose addresses are in here; NULL: this server's own */
	const uint64_t *points;	     /* sorted */
	size_t point_count;
	const struct wire_decision *decisions; /* for WIRE_STRATEGY_REPLAY */
	size_t decision_count;
	const struct wire_location *locations; /* sorted, see wire.h */
	size_t location_count;
	const uint32_t *prefix; /* for WIRE_STRATEGY_ENUMERATE: the first choices */
	size_t prefix_count;
	const struct wire_constraint *constraints;
	size_t constraint_count;
};

/* Of output that is kept with an outcome, in bytes. */
#define SERVER_OUTPUT_KEPT 4096

/*
 * What became of one execution. The verdict in `result` is never NONE: an execution that ended
 * without telling gets the verdict its wait status stands for. Areas of the region (events,
 * threads, objects, stacks) are read through server_region(), until the next submit.
 */
struct server_outcome {
	struct wire_result result;
	int wait_status;  /* of the execution's process, as waitpid(2) gives it */
	bool stood_still; /* it was ended for doing nothing for the stall limit */
	bool lost;	  /* the server itself died in it, twice: wait_status is the server's */
	uint64_t *learned; /* accesses newly seen conflicting, as this server's addresses */
	size_t learned_count;
	struct wire_race *races; /* seen in it, as this server's addresses; untrusted */
	size_t race_count;
	struct wire_misuse *misuses; /* the same of locks and threads */
	size_t misuse_count;
	struct wire_step *steps; /* if the request asks for the trace; the same */
	size_t step_count;
	uint8_t *observations; /* see tool/trace/observations.h; untrusted */
	size_t observations_size;
	struct wire_choice *choices; /* WIRE_STRATEGY_ENUMERATE: what was chosen */
	size_t choice_count;
	bool choices_overflowed; /* there were more */
	char *output;		 /* if it is hashed and not longer than SERVER_OUTPUT_KEPT */
	uint64_t duration_ns;	 /* on the wall clock */
	uint64_t output_size;	 /* bytes written to stdout and stderr */
	uint64_t output_hash;	 /* of these bytes, if the setup asks for it */
};

/* Ended by itself, so that its length says something about the next one's. */
bool server_outcome_is_typical(const struct server_outcome *outcome);

void server_outcome_release(struct server_outcome *outcome);

/* The limits and settings that all commands begin with; program, argv and paths are left NULL.
 */
void server_setup_init(struct server_setup *setup);

/*
 * Starts the program. It need not be ready when this returns; a request may be submitted at
 * once. Returns 0 or a negative errno with `diag` filled.
 */
int server_start(
	const struct server_setup *setup, struct server **ret_server, struct diag *diag);

/*
 * Hands over one request; there may be only one at a time.
 * Returns 0, -E2BIG if a list does not fit its area, or what server_start returns.
 */
int server_submit(
	struct server *server, const struct server_request *request, struct diag *diag);

/* The descriptor to poll for input; it changes when a server is started again. */
int server_fd(const struct server *server);

/* When server_tick() wants to be called next, on CLOCK_MONOTONIC; UINT64_MAX: not at all. */
uint64_t server_deadline_ns(const struct server *server);

/*
 * Enforces the time limits; cheap, may be called at any time. Returns true if the server is
 * found dead, so that server_collect() has something to say though the descriptor has not.
 */
bool server_tick(struct server *server, uint64_t now_ns);

/*
 * Reads what the server has to say. Returns 1 with `outcome` filled when the submitted
 * execution is over (release it), 0 when there is nothing yet, or a negative errno with `diag`
 * filled when the program can't be run: it ended or hung before main.
 */
int server_collect(struct server *server, struct server_outcome *outcome, struct diag *diag);

/* True from server_start until the program has reached the point before main. */
bool server_starting(const struct server *server);

/* Waits until the program has reached the point before main. Returns 0 or a negative errno. */
int server_wait_ready(struct server *server, struct diag *diag);

/* Kills the program and everything it left in its process group; NULL is fine. */
void server_stop(struct server *server);

/* Submits and waits. Returns 0, or a negative errno with `diag` filled. */
int server_execute(struct server *server, const struct server_request *request,
	struct server_outcome *outcome, struct diag *diag);

/*
 * The shared memory: results and areas of the last collected execution. Untrusted: the program
 * can write to it, so lengths are to be checked by server_area().
 */
const struct wire_region *server_region(const struct server *server);
size_t server_region_size(const struct server *server);

/* The bytes of one area that are in use, cut to its capacity; NULL and 0 for none. */
const void *server_area(const struct server *server, enum wire_area_id id, size_t *ret_size);

/* Copies at most `size` bytes of the last execution's output from `offset`; returns how many.
 */
size_t server_output(const struct server *server, uint64_t offset, void *buffer, size_t size);

/* The process that forks the executions; 0: there is none at the moment. */
pid_t server_pid(const struct server *server);

/* What was mapped where when the program reached the point before main. */
const struct modules *server_modules(const struct server *server);

/*
 * Has all servers of this process end at once, with all that they started. Async-signal-safe,
 * for a tool that must end now.
 */
void server_kill_all(void);

#endif
