/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A process as it was at one moment: the registers of its threads, the memory that matters and
 * the map of the rest. Taken of a live process (process.h) or read from a core file (core.h);
 * what comes after cannot tell them apart, except by what a core file does not have.
 */
#ifndef WEFT_TOOL_STUCK_SNAPSHOT_H
#define WEFT_TOOL_STUCK_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/user.h>

#define STUCK_NAME_SIZE 32
#define NO_THREAD SIZE_MAX

struct stuck_thread {
	pid_t tid;	 /* as this machine counts */
	pid_t inner_tid; /* as the process itself counts, which may be in a container */
	char name[STUCK_NAME_SIZE]; /* empty: not known */
	char state;	    /* as in /proc/PID/stat, before it was stopped; 0: not known */
	bool has_registers; /* false: it could not be stopped, the registers are zero */
	int signal;	    /* core: what ended it; 0: nothing */
	struct user_regs_struct registers;
};

/* A part of the address space, as /proc/PID/maps has it. */
struct stuck_mapping {
	uint64_t start;
	uint64_t end;
	bool is_readable;
	bool is_writable;
	bool is_shared;
};

/* Disjoint, by ascending address. */
struct memory_chunk {
	uint64_t address;
	size_t size;
	const uint8_t *bytes;
};

struct stuck_snapshot {
	pid_t pid;
	pid_t reader_tid; /* live: a thread whose /proc entries are to be read */
	char *program;	  /* path; empty: not known */
	const char *core; /* path of the core file, borrowed; NULL: a live process */
	struct stuck_thread *threads;
	size_t thread_count;
	char *maps; /* text as in /proc/PID/maps */
	size_t maps_len;
	struct stuck_mapping *mappings;
	size_t mapping_count;
	struct memory_chunk *chunks;
	size_t chunk_count;
	uint8_t *store; /* the bytes of the chunks of a live process */
	void *file;	/* the mapped core file, or NULL */
	size_t file_size;
	uint64_t stopped_ns;	  /* live: how long it was stopped */
	bool is_forked;		  /* and has not called exec since: locks may be its parent's */
	bool is_job_stopped;	  /* SIGSTOP or the terminal had stopped it before */
	uint64_t caught_signals;  /* bit N-1: a handler of the program's for signal N */
	bool has_unknown_signals; /* `caught_signals` is not known, as in a core file */
};

void snapshot_free(struct stuck_snapshot *snapshot);

/*
 * Copies memory of the process. Returns 0, or -EFAULT if any of it was not there or not kept.
 */
int snapshot_read(
	const struct stuck_snapshot *snapshot, uint64_t address, void *bytes, size_t size);

/* How many bytes from `address` on there are in one piece, and where; 0 if there are none. */
size_t snapshot_span(
	const struct stuck_snapshot *snapshot, uint64_t address, const uint8_t **ret_bytes);

/* Fills the mappings from `maps`. Lines that make no sense are left out. Returns 0 or -ENOMEM.
 */
int snapshot_parse_maps(struct stuck_snapshot *snapshot);

/* The mapping that holds `address`, or NULL. */
const struct stuck_mapping *snapshot_mapping(
	const struct stuck_snapshot *snapshot, uint64_t address);

/* By the number that the process itself knows the thread by. NO_THREAD: it has none such. */
size_t snapshot_thread(const struct stuck_snapshot *snapshot, pid_t inner_tid);

/* Makes room for one more thread, zeroed. NULL: no memory. */
struct stuck_thread *snapshot_add_thread(struct stuck_snapshot *snapshot);

#endif
