/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for the choices in common/wire.h, as they stand on the command line, in .weft files
 * and in JSON: one list for all three. A name is never changed or removed.
 */
#ifndef WEFT_TOOL_TRACE_NAMES_H
#define WEFT_TOOL_TRACE_NAMES_H

#include "common/wire.h"

/* Static strings; "?" for a value that is not in the enum. */
const char *carrier_name(enum wire_carrier carrier);
const char *model_name(enum wire_model model);
const char *points_name(enum wire_points points);
const char *strategy_name(enum wire_strategy strategy);

/* The value of the enum with that name, or -1 when there is none. */
int carrier_from_name(const char *name);
int model_from_name(const char *name);
int points_from_name(const char *name);
int strategy_from_name(const char *name);

#endif
