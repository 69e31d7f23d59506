/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Races on their way to the tool: each pair of code addresses once per execution, with the
 * stack and the locks of the later access when recording; those of the earlier one when the
 * request asks to watch for it, as it does when the execution is run again for its report.
 */
#ifndef WEFT_RUNTIME_ENGINE_RACES_H
#define WEFT_RUNTIME_ENGINE_RACES_H

#include "runtime/engine/runtime.h"
#include "runtime/hb/race.h"

/* For one execution; sets what the detector calls. */
void races_begin(struct wire_region *region, struct race_detector *detector);

/* Races on these bytes are meant, says the program. */
void races_expected(uint64_t address, size_t size);

/* Until it is enabled again, says the program, no race is worth telling. */
void races_enable(bool enabled);

/* What is compared until the next call is the free of a block, and told as one. */
void races_freeing(bool freeing);

/* `self` is about to have an access compared: what is told of it until the next is its. */
void races_access(struct thread *self);

#endif
