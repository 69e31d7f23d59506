/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mappings: pages that come, go or move have no history. The calls themselves are passed on;
 * they are no scheduling points.
 */
#include <sys/mman.h>

#include "runtime/engine/happens_before.h"
#include "runtime/interpose/hook.h"

static void forget(const void *address, size_t size)
{
	struct thread *self = runtime_self;

	if (!self || size == 0)
		return;
	runtime_self = NULL;
	happens_before_forget((uintptr_t)address, size);
	runtime_self = self;
}

WEFT_HOOK void *mmap(
	void *address, size_t size, int protection, int flags, int fd, off_t offset)
{
	void *mapped = REAL(mmap)(address, size, protection, flags, fd, offset);

	if (mapped != MAP_FAILED)
		forget(mapped, size);
	return mapped;
}

WEFT_HOOK void *mmap64(
	void *address, size_t size, int protection, int flags, int fd, off64_t offset)
{
	void *mapped = REAL(mmap64)(address, size, protection, flags, fd, offset);

	if (mapped != MAP_FAILED)
		forget(mapped, size);
	return mapped;
}

WEFT_HOOK int munmap(void *address, size_t size)
{
	int result = REAL(munmap)(address, size);

	if (result == 0)
		forget(address, size);
	return result;
}

/* The new address is there with MREMAP_FIXED only, and ignored without. */
WEFT_HOOK void *mremap(void *address, size_t old_size, size_t size, int flags, ...)
{
	va_list arguments;
	void *wanted, *mapped;

	va_start(arguments, flags);
	wanted = flags & MREMAP_FIXED ? va_arg(arguments, void *) : NULL;
	va_end(arguments);
	mapped = REAL(mremap)(address, old_size, size, flags, wanted);
	if (mapped == MAP_FAILED)
		return mapped;
	forget(address, old_size);
	forget(mapped, size);
	return mapped;
}
