/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C++'s operators new and delete: hooked only to know where they are called, for they come down
 * to C's allocator. Those that don't, of another allocator or of the program's own, are served,
 * and the memory that they give counts as new.
 */
#include <dlfcn.h>

#include "runtime/engine/access.h"
#include "runtime/engine/heap.h"
#include "runtime/interpose/heap.h"

/* An old version of the symbol, so that the library also loads on glibc before 2.34. */
__asm__(".symver dlsym,dlsym@GLIBC_2.2.5");

/*
 * A C++ library that was loaded later, out of sight of C code, still finds these hooks: then
 * its own operators are in a library that no search from here comes by.
 */
static void *find_operator(const char *name)
{
	static const char *const libraries[] = { "libstdc++.so.6", "libc++abi.so.1",
		"libc++.so.1" };
	void *found = NULL;

	for (size_t i = 0; !found && i < sizeof(libraries) / sizeof(libraries[0]); i++) {
		void *handle = REAL(dlopen)(libraries[i], RTLD_LAZY | RTLD_NOLOAD);

		if (handle)
			found = dlsym(handle, name);
	}
	if (!found)
		__builtin_trap();
	return found;
}

/* The operator to go on to. */
#define OPERATOR(name)                                                                       \
	(REAL(name) ? REAL(name)                                                             \
		    : (real_table.name =                                                     \
				      (__typeof__(real_table.name))(uintptr_t)find_operator( \
					      #name)))

/* Operators call one another: the outermost is the program's. */
static inline void note_caller(uint64_t pc)
{
	if (runtime_self && !heap_operator_pc)
		heap_operator_pc = pc;
}

/* Nobody took the call site: the memory came by another way. */
static void *made(void *memory, size_t size)
{
	struct thread *self = runtime_self;

	if (!heap_operator_pc || !self)
		return memory;
	heap_operator_pc = 0;
	runtime_self = NULL;
	heap_unseen(memory, size);
	runtime_self = self;
	return memory;
}

#define NEW(name, parameters, arguments)                           \
	WEFT_HOOK void *name parameters                            \
	{                                                          \
		__typeof__(real_table.name) next = OPERATOR(name); \
                                                                   \
		note_caller(CALLER_PC());                          \
		return made(next arguments, size);                 \
	}

#define DELETE(name, parameters, arguments)                        \
	WEFT_HOOK void name parameters                             \
	{                                                          \
		__typeof__(real_table.name) next = OPERATOR(name); \
                                                                   \
		note_caller(CALLER_PC());                          \
		next arguments;                                    \
		heap_operator_pc = 0;                              \
	}

NEW(_Znwm, (size_t size), (size))
NEW(_Znam, (size_t size), (size))
NEW(_ZnwmRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow))
NEW(_ZnamRKSt9nothrow_t, (size_t size, const void *nothrow), (size, nothrow))
NEW(_ZnwmSt11align_val_t, (size_t size, size_t alignment), (size, alignment))
NEW(_ZnamSt11align_val_t, (size_t size, size_t alignment), (size, alignment))
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const void *nothrow),
	(size, alignment, nothrow))
NEW(_ZnamSt11align_val_tRKSt9nothrow_t, (size_t size, size_t alignment, const void *nothrow),
	(size, alignment, nothrow))

DELETE(_ZdlPv, (void *block), (block))
DELETE(_ZdaPv, (void *block), (block))
DELETE(_ZdlPvm, (void *block, size_t size), (block, size))
DELETE(_ZdaPvm, (void *block, size_t size), (block, size))
DELETE(_ZdlPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdaPvRKSt9nothrow_t, (void *block, const void *nothrow), (block, nothrow))
DELETE(_ZdlPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdaPvSt11align_val_t, (void *block, size_t alignment), (block, alignment))
DELETE(_ZdlPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
	(block, size, alignment))
DELETE(_ZdaPvmSt11align_val_t, (void *block, size_t size, size_t alignment),
	(block, size, alignment))
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
	(void *block, size_t alignment, const void *nothrow), (block, alignment, nothrow))
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
	(void *block, size_t alignment, const void *nothrow), (block, alignment, nothrow))
