/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TSan entries for plain memory accesses: what the compiler calls before each load and
 * store of instrumented code, and at entry and exit of each function. They only hand on to the
 * engine.
 */
#include "runtime/interpose/tsan_abi.h"

/* What each instrumented object's constructor calls first. */
TSAN_ENTRY(void, __tsan_init, void)
{
	access_instrument(CALLER_PC());
}

#define READ(name, size)                                            \
	TSAN_ENTRY(void, name, const void *address)                 \
	{                                                           \
		access_read((uintptr_t)address, size, CALLER_PC()); \
	}

#define WRITE(name, size)                                            \
	TSAN_ENTRY(void, name, void *address)                        \
	{                                                            \
		access_write((uintptr_t)address, size, CALLER_PC()); \
	}

/* For callers that know the place of the access better than their own call site. */
#define READ_AT_PC(name, size)                                        \
	TSAN_ENTRY(void, name, const void *address, const void *pc)   \
	{                                                             \
		access_read((uintptr_t)address, size, (uintptr_t)pc); \
	}

#define WRITE_AT_PC(name, size)                                        \
	TSAN_ENTRY(void, name, void *address, const void *pc)          \
	{                                                              \
		access_write((uintptr_t)address, size, (uintptr_t)pc); \
	}

/*
 * A volatile access is a plain access: neither C nor this ABI makes it atomic.
 *
 * __tsan_read_writeN stands between the load and the store of `x = f(x)`, where clang leaves
 * out the call for the load. The load is done already, so that only the store can still be
 * scheduled; to tell of a read here would put it after a switch that it in truth preceded.
 */
#define ACCESSES_OF_SIZE(size)                   \
	READ(__tsan_read##size, size)            \
	WRITE(__tsan_write##size, size)          \
	WRITE(__tsan_read_write##size, size)     \
	READ(__tsan_volatile_read##size, size)   \
	WRITE(__tsan_volatile_write##size, size) \
	READ_AT_PC(__tsan_read##size##_pc, size) \
	WRITE_AT_PC(__tsan_write##size##_pc, size)

#define UNALIGNED_ACCESSES_OF_SIZE(size)                 \
	READ(__tsan_unaligned_read##size, size)          \
	WRITE(__tsan_unaligned_write##size, size)        \
	WRITE(__tsan_unaligned_read_write##size, size)   \
	READ(__tsan_unaligned_volatile_read##size, size) \
	WRITE(__tsan_unaligned_volatile_write##size, size)

ACCESSES_OF_SIZE(1)
ACCESSES_OF_SIZE(2)
ACCESSES_OF_SIZE(4)
ACCESSES_OF_SIZE(8)
ACCESSES_OF_SIZE(16)

UNALIGNED_ACCESSES_OF_SIZE(2)
UNALIGNED_ACCESSES_OF_SIZE(4)
UNALIGNED_ACCESSES_OF_SIZE(8)
UNALIGNED_ACCESSES_OF_SIZE(16)

TSAN_ENTRY(void, __tsan_read_range, const void *address, size_t size)
{
	if (size)
		access_read((uintptr_t)address, size, CALLER_PC());
}

TSAN_ENTRY(void, __tsan_write_range, void *address, size_t size)
{
	if (size)
		access_write((uintptr_t)address, size, CALLER_PC());
}

TSAN_ENTRY(void, __tsan_read_range_pc, const void *address, size_t size, const void *pc)
{
	if (size)
		access_read((uintptr_t)address, size, (uintptr_t)pc);
}

TSAN_ENTRY(void, __tsan_write_range_pc, void *address, size_t size, const void *pc)
{
	if (size)
		access_write((uintptr_t)address, size, (uintptr_t)pc);
}

TSAN_ENTRY(void, __tsan_vptr_read, void **vptr)
{
	access_read((uintptr_t)vptr, sizeof(*vptr), CALLER_PC());
}

/*
 * A destructor sets the pointer to its own class's table even where it is that already; nobody
 * can see such a store.
 */
TSAN_ENTRY(void, __tsan_vptr_update, void **vptr, const void *value)
{
	if (*vptr != value)
		access_write((uintptr_t)vptr, sizeof(*vptr), CALLER_PC());
}

TSAN_ENTRY(void, __tsan_func_entry, const void *call_site)
{
	access_function_enter((uintptr_t)call_site);
}

TSAN_ENTRY(void, __tsan_func_exit, void)
{
	access_function_exit();
}
