/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program tells through <weft/weft.h>, into the region: observed values, operations
 * with their results, and conditions that are to be true at some time. Called inside the
 * runtime by the running thread; in a child process of the program nothing is told.
 */
#ifndef WEFT_RUNTIME_ENGINE_OBSERVATIONS_H
#define WEFT_RUNTIME_ENGINE_OBSERVATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/engine/runtime.h"

void observations_begin(struct wire_region *region);

/* `text` is NULL for a number. Both are copied; too long ones are cut, which is a limit. */
void observe(struct thread *self, const char *name, int64_t value, const char *text);

/* An operation begins and ends; of nested ones only the outermost is told. */
void observe_operation(struct thread *self, const char *name);
void observe_operation_end(struct thread *self, int64_t result);

/* A condition of that kind, SOMETIMES or EVENTUALLY, was looked at. */
void observe_condition(
	struct thread *self, enum wire_observation_kind kind, bool holds, const char *text);

/* The process is about to end: fails when something that was to be true never was. */
void observations_check_end(struct thread *self);

#endif
