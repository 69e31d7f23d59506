/* SPDX-License-Identifier: Apache-2.0 */
/* Annotations, to happens-before and the races; see annotation.h. */
#include "runtime/engine/annotation.h"

#include "runtime/engine/happens_before.h"
#include "runtime/engine/races.h"

/* Annotated addresses are apart from the atomic locations that may lie there. */
#define ANNOTATED (UINT64_C(1) << 62)

void annotation_acquire(const volatile void *address)
{
	struct thread *self = runtime_self;

	if (self)
		happens_before_acquire_at(self, (uint64_t)(uintptr_t)address | ANNOTATED);
}

void annotation_release(const volatile void *address)
{
	struct thread *self = runtime_self;

	if (self)
		happens_before_release_at(self, (uint64_t)(uintptr_t)address | ANNOTATED);
}

void annotation_ignore(int reads, int writes)
{
	struct thread *self = runtime_self;

	if (!self)
		return;
	self->ignored_reads += reads;
	self->ignored_writes += writes;
}

void annotation_expect_race(const volatile void *address, size_t size)
{
	if (runtime_self)
		races_expected((uint64_t)(uintptr_t)address, size);
}

void annotation_enable(bool enabled)
{
	if (runtime_self)
		races_enable(enabled);
}

void annotation_new_memory(const volatile void *address, size_t size)
{
	if (runtime_self)
		happens_before_forget((uint64_t)(uintptr_t)address, size);
}
