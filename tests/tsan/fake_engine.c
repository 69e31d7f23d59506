/* SPDX-License-Identifier: Apache-2.0 */
/* See fake_engine.h. It makes one library with the entries, as the engine does. */
#include "tests/tsan/fake_engine.h"

#include "runtime/engine/access.h"
#include "runtime/engine/annotation.h"
#include "runtime/interpose/string_hooks.h"

int access_instrumented;
int access_told;

static struct fake_call calls[FAKE_CAPACITY];
static size_t call_count;
static int recording;

WEFT_HOOK void fake_start(void)
{
	call_count = 0;
	recording = 1;
}

WEFT_HOOK size_t fake_stop(void)
{
	recording = 0;
	return call_count;
}

WEFT_HOOK const struct fake_call *fake_call(size_t index)
{
	return &calls[index];
}

static void record(struct fake_call call)
{
	if (recording && call_count < FAKE_CAPACITY)
		calls[call_count++] = call;
}

void access_read(uintptr_t address, size_t size, uintptr_t pc)
{
	record((struct fake_call){
		.kind = FAKE_READ, .address = address, .size = size, .pc = pc });
}

void access_write(uintptr_t address, size_t size, uintptr_t pc)
{
	record((struct fake_call){
		.kind = FAKE_WRITE, .address = address, .size = size, .pc = pc });
}

void access_read_by_libc(uintptr_t address, size_t size, uintptr_t pc)
{
	access_read(address, size, pc);
}

void access_write_by_libc(uintptr_t address, size_t size, uintptr_t pc)
{
	access_write(address, size, pc);
}

void access_atomic(enum op_kind op, uintptr_t address, size_t size, uintptr_t pc)
{
	record((struct fake_call){ .kind = FAKE_ATOMIC,
		.op = (int)op,
		.address = address,
		.size = size,
		.pc = pc });
}

void access_atomic_done(const struct atomic_done *done, bool changed)
{
	record((struct fake_call){ .kind = FAKE_ATOMIC_DONE,
		.op = (int)done->op,
		.address = done->address,
		.value = done->value,
		.changed = changed });
}

void access_instrument(uintptr_t pc)
{
	(void)pc;
	access_instrumented = 1;
	access_told = 1;
}

void annotation_acquire(const volatile void *address)
{
	(void)address;
}

void annotation_release(const volatile void *address)
{
	(void)address;
}

void annotation_ignore(int reads, int writes)
{
	(void)reads;
	(void)writes;
}

void annotation_expect_race(const volatile void *address, size_t size)
{
	(void)address;
	(void)size;
}

void annotation_enable(bool enabled)
{
	(void)enabled;
}

void annotation_new_memory(const volatile void *address, size_t size)
{
	(void)address;
	(void)size;
}

void access_function_enter(uintptr_t pc)
{
	record((struct fake_call){ .kind = FAKE_ENTER, .pc = pc });
}

void access_function_exit(void)
{
	record((struct fake_call){ .kind = FAKE_EXIT });
}
