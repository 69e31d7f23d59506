/* SPDX-License-Identifier: Apache-2.0 */
/* A child process of the program; see forked.h. */
#include "runtime/engine/forked.h"

#include "runtime/core/forked.h"
#include "runtime/engine/children.h"
#include "runtime/engine/descriptor.h"
#include "runtime/engine/external.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/heap.h"

void runtime_forked(struct thread *self)
{
	struct core *core = &runtime.core;
	struct wire_result *result = arena_alloc(&runtime.arena, sizeof(*result));

	runtime.forked = true;
	happens_before.on = false;
	heap_forked();
	*result = *core->result;
	result->verdict = WIRE_VERDICT_NONE;
	core->result = result;
	core->recorder = NULL;
	children_forget();
	descriptor_share_all();
	external_forget();
	if (!self)
		return;
	core_forked(core, self);
	runtime.carrier->forked();
}
