/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program told through <weft/weft.h> in one execution, as the runtime left it: bytes
 * that are not trusted, read one record after another.
 */
#ifndef WEFT_TOOL_TRACE_OBSERVATIONS_H
#define WEFT_TOOL_TRACE_OBSERVATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "common/wire.h"

/*
 * The record at *offset, which moves on; NULL at the end, or where the bytes make no sense.
 * `bytes` is aligned to 8. Name and text of what is returned end with a zero.
 */
const struct wire_observation *observation_next(
	const uint8_t *bytes, size_t size, size_t *offset);

/* The text of a WIRE_OBSERVED_TEXT. */
const char *observation_text(const struct wire_observation *observation);

#endif
