/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An owned copy of what one recorded execution left in the shared region: it outlives the next
 * request and the server.
 *
 * The region was written by a process that may have been damaged by the very bug it shows, so
 * nothing in it is trusted: each record is checked while it is copied. A record whose indices
 * or offsets lead nowhere gets WIRE_NONE in their place, texts end with a zero, enums are in
 * range. Whoever reads a recording can therefore follow every index that isn't WIRE_NONE.
 */
#ifndef WEFT_TOOL_TRACE_RECORDING_H
#define WEFT_TOOL_TRACE_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/diag.h"

/* One thread of a cycle in the order of locks: it held one and wanted the next step's. */
struct lock_step {
	uint32_t thread;
	uint32_t object; /* that it held */
	uint32_t held;	 /* event by which it took that */
	uint32_t wanted; /* event by which it took the next step's */
};

#define LOCK_CYCLE_MAX 16

struct lock_cycle {
	size_t length;
	struct lock_step steps[LOCK_CYCLE_MAX];
};

/* Read-only for everybody but recording.c and tests that make one up. */
struct recording {
	struct wire_request request;
	struct wire_result result;
	struct wire_config config;
	struct wire_event *events;
	size_t event_count;
	struct wire_event *accesses; /* see WIRE_RECORD_ACCESSES */
	size_t access_count;
	struct wire_thread *threads;
	size_t thread_count;
	struct wire_object *objects;
	size_t object_count;
	struct wire_race *races;
	size_t race_count;
	struct wire_misuse *misuses;
	size_t misuse_count;
	struct lock_cycle cycle; /* that a finding predicts, of length 0 for none */
	uint32_t misuse;	 /* as `race` */
	uint32_t race;		 /* the one that a finding is about, or WIRE_NONE */
	struct wire_block *blocks;
	size_t block_count;
	uint8_t *observations; /* see observations.h */
	size_t observations_size;
	uint64_t condition; /* name hash of the one that a finding is about, or 0 */
	uint8_t *stacks;    /* 8-aligned; read it through recording_stack */
	size_t stacks_size;
	char *maps;	 /* text of /proc/PID/maps, never NULL */
	int truncated;	 /* 1: there was more than the region could hold */
	uint32_t damage; /* how many fields had to be replaced because they led nowhere */
};

/* What is copied: the parts of a region, already cut to what is mapped. */
struct recording_source {
	const struct wire_request *request;
	const struct wire_result *result;
	const struct wire_config *config;
	struct {
		const void *bytes;
		size_t size;
	} areas[WIRE_AREA_COUNT];
	int truncated;
};

/* Copies and checks. Returns 0 or -ENOMEM. */
int recording_copy(const struct recording_source *source, struct recording **ret_recording,
	struct diag *diag);

void recording_free(struct recording *recording);

/* The stack at an offset found in a record, or NULL for WIRE_NONE and offsets that lead
 * nowhere. */
const struct wire_stack *recording_stack(const struct recording *recording, uint32_t offset);

/* The thread of that path hash, or WIRE_NONE. */
uint32_t recording_thread_by_path(const struct recording *recording, uint64_t path_hash);

/* The path hash of a thread by its number; 0 for a number out of range. */
uint64_t recording_path_hash(const struct recording *recording, uint32_t thread);

#endif
