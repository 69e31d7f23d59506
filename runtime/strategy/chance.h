/* SPDX-License-Identifier: Apache-2.0 */
/* How the randomised strategies decide everything but who runs next. */
#ifndef WEFT_RUNTIME_STRATEGY_CHANCE_H
#define WEFT_RUNTIME_STRATEGY_CHANCE_H

#include <stdint.h>

#include "common/random.h"
#include "runtime/core/thread.h"

/*
 * A value in [0, bound) for a decision of `kind` (enum wire_decision_kind) of that thread. What
 * may happen but rarely does (an early timeout, a spurious wakeup, a short read) stays rare; a
 * choice among equals (which waiter, which ready event) is uniform.
 */
uint32_t chance_draw(
	struct random *random, const struct thread *thread, uint32_t kind, uint32_t bound);

#endif
