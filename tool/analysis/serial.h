/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outcomes of the executions in which the program's operations (weft_op_begin and weft_op_end)
 * do not overlap, and the judge that compares others with them. What counts is the exit status
 * and, for each thread in its program order, the results of its operations and its observed
 * values: serialisability as Papadimitriou defines it (JACM 1979), seen from outside. Not the
 * output, nor which thread observed first: that depends on more than the operations.
 */
#ifndef WEFT_TOOL_ANALYSIS_SERIAL_H
#define WEFT_TOOL_ANALYSIS_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/analysis/finding.h"
#include "tool/analysis/pc_map.h"

/* One of them. */
struct serial_outcome {
	int exit_status;
	uint8_t *observations;
	size_t observations_size;
};

/* Zeroed is empty. `judge` is first: it leads to the rest. */
struct serial_set {
	struct finding_judge judge;
	struct serial_outcome *list;
	size_t count;
	struct pc_map identities;
};

/* 0: no memory. */
uint64_t serial_identity(const struct server_outcome *outcome);

/* Whether the program marked operations. */
bool serial_has_operations(const struct server_outcome *outcome);

/*
 * Whether it can be compared: it ended by itself, all operations with it, weft kept all that
 * was told, nothing outside of weft's control had a part in it, and no timer fired early nor
 * wait ended for no reason, which serial executions are not enumerated with.
 */
bool serial_is_comparable(const struct server_outcome *outcome);

bool serial_contains(const struct serial_set *set, uint64_t identity);

/* Returns 0 or -ENOMEM. */
int serial_add(struct serial_set *set, const struct server_outcome *outcome);

/* Makes the set's judge ready: it shows executions that are comparable and not in the set. */
void serial_judge_init(struct serial_set *set);

void serial_release(struct serial_set *set);

#endif
