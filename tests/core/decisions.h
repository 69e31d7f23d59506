/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the events of a recorded execution to the decisions that replay it, written down anew
 * from the contract in wire.h: the tool's own way of doing this is tested elsewhere, against
 * recordings.
 */
#ifndef WEFT_TESTS_CORE_DECISIONS_H
#define WEFT_TESTS_CORE_DECISIONS_H

#include "machine.h"

struct decisions {
	struct wire_decision *items;
	uint32_t count;
};

/*
 * The decisions that differ from the default. Path hashes are those of `paths`, by thread
 * number. `anywhere`: coordinates without locations (WIRE_NONE), else those of
 * machine_locations().
 */
struct decisions decisions_of(
	const struct event_log *log, const uint64_t *paths, bool anywhere);

#endif
