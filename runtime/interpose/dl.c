/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading and unloading of libraries.
 *
 * Constructors and destructors of libraries are the program's code, run while the loader holds
 * a lock of its own that weft doesn't see. So one thread at a time is let into the loader, and
 * it is left only where it waits: all others may call the loader's quick functions, dlsym and
 * the like, which take the same lock.
 *
 * The loader takes the search path from the library that calls it, as its return address tells.
 * Its function is therefore given the address of a `ret` instruction in the caller's own code
 * to return to.
 */
#include <errno.h>

#include "runtime/engine/happens_before.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"
#include "runtime/sys/modules.h"

#define PAGE_SIZE 4096u
#define RET_INSTRUCTION 0xc3

long dl_call(const void *function, const void *gate, long a, long b, long c);

/* The loader as an object of the core; only its address matters. */
static char loader;

/* A byte in the page of `pc` that is a `ret` when it is jumped to; NULL if there is none. */
static const void *find_gate(const void *pc)
{
	const unsigned char *start =
		(const unsigned char *)((uintptr_t)pc & ~(PAGE_SIZE - 1ul));

	for (size_t i = 0; i < PAGE_SIZE; i++)
		if (start[i] == RET_INSTRUCTION)
			return start + i;
	return NULL;
}

/* Calls a function of the loader as if from `pc`. */
static long call_from(const void *pc, const void *function, long a, long b, long c)
{
	const void *gate = find_gate(pc);

	if (!gate)
		return ((long (*)(long, long, long))(uintptr_t)function)(a, b, c);
	return dl_call(function, gate, a, b, c);
}

static int loader_try(struct thread *self, struct object *object)
{
	if (object->holder_count && !object_holder(object, self->id))
		return EBUSY;
	object_hold(&runtime.core, object, self);
	object_update(&runtime.core, object);
	happens_before_acquire(self, object);
	return 0;
}

/* Modules that were loaded since there were `before`: new memory. */
static void forget_module(const struct module_bounds *module)
{
	happens_before_forget(module->low, module->high - module->low);
}

static void forget_since(uint32_t before)
{
	if (happens_before.on)
		module_each_from(before, forget_module);
}

/* Enters the loader and leaves the runtime: what the loader calls is the program. */
static void loader_enter(struct thread *self)
{
	static const struct acquisition what = {
		.try = loader_try,
		.deadline_ns = DEADLINE_NEVER,
		.op = OP_LOADER,
	};
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)&loader, WIRE_OBJECT_LOADER);

	sched_acquire(self, object, &what);
	self->unpreemptible++;
	runtime_leave(self);
}

static void loader_leave(struct thread *self)
{
	struct object *object =
		object_get(&runtime.core, (uint64_t)(uintptr_t)&loader, WIRE_OBJECT_LOADER);

	self->unpreemptible--;
	happens_before_release(self, object);
	if (object_release(&runtime.core, object, self->id))
		object_update(&runtime.core, object);
	runtime_leave(self);
}

WEFT_HOOK void *dlopen(const char *file, int flags)
{
	const void *pc = __builtin_return_address(0);
	struct thread *self = runtime_enter(HOOK_dlopen);
	uint32_t before;
	long result;

	if (!self)
		return (void *)call_from(pc, REAL(dlopen), (long)file, flags, 0);
	loader_enter(self);
	before = module_count();
	result = call_from(pc, REAL(dlopen), (long)file, flags, 0);
	self = runtime_enter(HOOK_dlopen);
	forget_since(before);
	loader_leave(self);
	return (void *)result;
}

WEFT_HOOK void *dlmopen(Lmid_t list, const char *file, int flags)
{
	const void *pc = __builtin_return_address(0);
	struct thread *self = runtime_enter(HOOK_dlmopen);
	uint32_t before;
	long result;

	if (!self)
		return (void *)call_from(pc, REAL(dlmopen), list, (long)file, flags);
	loader_enter(self);
	before = module_count();
	result = call_from(pc, REAL(dlmopen), list, (long)file, flags);
	self = runtime_enter(HOOK_dlmopen);
	forget_since(before);
	loader_leave(self);
	return (void *)result;
}

WEFT_HOOK int dlclose(void *handle)
{
	struct thread *self = runtime_enter(HOOK_dlclose);
	int result;

	if (!self)
		return REAL(dlclose)(handle);
	loader_enter(self);
	result = REAL(dlclose)(handle);
	self = runtime_enter(HOOK_dlclose);
	loader_leave(self);
	return result;
}
