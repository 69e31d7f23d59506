/* SPDX-License-Identifier: Apache-2.0 */
/* How the memory and string hooks tell the engine of ranges. */
#include "runtime/interpose/string_hooks.h"

TELL tell_read(const void *address, size_t size, uintptr_t pc)
{
	if (size)
		access_read_by_libc((uintptr_t)address, size, pc);
}

TELL tell_write(void *address, size_t size, uintptr_t pc)
{
	if (size)
		access_write_by_libc((uintptr_t)address, size, pc);
}

TELL tell_compare(const void *a, const void *b, size_t size, uintptr_t pc)
{
	tell_read(a, size, pc);
	tell_read(b, size, pc);
}

TELL tell_copy(void *to, const void *from, size_t size, uintptr_t pc)
{
	tell_read(from, size, pc);
	tell_write(to, size, pc);
}

TELL tell_search(const void *start, const void *found, size_t size, uintptr_t pc)
{
	if (found)
		size = (size_t)((const char *)found - (const char *)start) + 1;
	tell_read(start, size, pc);
}
