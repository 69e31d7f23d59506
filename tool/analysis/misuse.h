/* SPDX-License-Identifier: Apache-2.0 */
/* Misuses of locks as the runtime saw them (struct wire_misuse): which are the same, and words.
 */
#ifndef WEFT_TOOL_ANALYSIS_MISUSE_H
#define WEFT_TOOL_ANALYSIS_MISUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/wire.h"
#include "tool/symbol/symbols.h"
#include "tool/trace/recording.h"

/* What can be seen in one process image, for nothing, to be the same. */
uint64_t misuse_key(const struct wire_misuse *misuse);

/* What makes two misuses the same bug: the kind, and both places by function, file and line. */
uint64_t misuse_fingerprint(struct symbols *symbols, const struct wire_misuse *misuse);

/* Index of the first with that fingerprint, or WIRE_NONE. */
uint32_t misuse_find(struct symbols *symbols, const struct wire_misuse *misuses, size_t count,
	uint64_t fingerprint);

/*
 * False where the memory of the object may have been given back and be another object by now,
 * as that of a block or of a stack may: then only a variable of static storage is surely the
 * same.
 */
bool misuse_is_certain(struct symbols *symbols, const struct wire_misuse *misuse);

/* "main.1 (worker) unlocks mutex m, which main holds". */
void misuse_sentence(const struct recording *recording, struct symbols *symbols,
	const struct wire_misuse *misuse, FILE *stream);

/* Whether the other thread of a misuse waits; else it acquired the object. */
bool misuse_other_waits(uint32_t kind);

#endif
