/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data races as the runtime saw them (struct wire_race): which are the same bug, and their
 * words.
 */
#ifndef WEFT_TOOL_ANALYSIS_RACE_H
#define WEFT_TOOL_ANALYSIS_RACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/*
 * What the two code addresses and kinds of access are, in no particular order: enough to see in
 * one process image that two races are the same, for nothing.
 */
uint64_t race_key(const struct wire_race *race);

/*
 * What makes two races the same bug: both places by function, file and line, in no particular
 * order, and whether each access was atomic. Reading and writing are not told apart: the two
 * halves of `count++` are one bug.
 */
uint64_t race_fingerprint(struct symbols *symbols, const struct wire_race *race);

/* Index of the first race with that fingerprint, or WIRE_NONE. */
uint32_t race_find(struct symbols *symbols, const struct wire_race *races, size_t count,
	uint64_t fingerprint);

/*
 * Whether it is between two functions of that text, which names both places as the `expect`
 * line of a schedule does: "bank.c:21 withdraw, bank.c:30 total".
 */
bool race_is_between(struct symbols *symbols, const struct wire_race *race, const char *where);

/* Has the recorded execution look at the earlier access, whose stack is then there. */
void race_watch(const struct wire_race *race, struct wire_request *request);

/* Whether a recorded event is that access. */
bool race_is_access(const struct wire_event *event, const struct wire_access *access);

/*
 * Where the two accesses of a race are in a recording. An access's event is written when its
 * thread comes to it; carried out it is there, or at the event by which its thread goes on
 * after a preemption in front of it.
 */
struct race_events {
	uint32_t earlier; /* event of the earlier access */
	uint32_t later;
	uint32_t later_done; /* the event at which the later one was carried out */
};

/* Returns 1, 0 when the accesses were no scheduling points in it, or -ENOMEM. */
int race_events_find(const struct recording *recording, const struct wire_race *race,
	struct race_events *ret_events);

/* "read", "write", "atomic read", "atomic write". */
const char *race_access_name(const struct wire_access *access);

/* Whether any byte belongs to both. */
bool race_overlaps(uint64_t address, uint64_t size, const struct wire_access *access);

#endif
