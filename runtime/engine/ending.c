/* SPDX-License-Identifier: Apache-2.0 */
/* The end of an execution that weft decides; see ending.h. */
#include "runtime/engine/ending.h"

#include <sys/prctl.h>

#include "common/bug.h"
#include "common/bytes.h"
#include "runtime/engine/happens_before.h"
#include "runtime/record/record.h"
#include "runtime/sys/memory.h"
#include "runtime/sys/raw.h"

#define FINAL_STACK_LIMIT 65536u
/* Of a stack that was overrun, when recording: so that its outermost calls are there too. */
#define OVERRUN_STACK_LIMIT (12u << 20)
/* How far a stack pointer may be below the mapped part of an overrun stack. */
#define OVERRUN_MAX (1u << 20)
#define PAGE_SIZE 4096u

struct runtime runtime;
RUNTIME_TLS struct thread *runtime_self;

void execution_message(const char *text)
{
	struct wire_result *result = runtime.core.result;

	if (text && !result->message[0])
		string_copy(result->message, text, sizeof(result->message));
}

/* The first byte at or above `sp` that is mapped: an overrun stack stands in its guard page. */
static uint64_t mapped_from(uint64_t sp)
{
	uint64_t address = sp;

	if (runtime.core.result->verdict != WIRE_VERDICT_STACK)
		return sp;
	while (address - sp < OVERRUN_MAX && !memory_is_readable(address))
		address = (address & ~(uint64_t)(PAGE_SIZE - 1)) + PAGE_SIZE;
	return address;
}

static uint32_t stack_limit(const struct thread *thread)
{
	const struct wire_result *result = runtime.core.result;

	return result->verdict == WIRE_VERDICT_STACK && result->thread == thread->id &&
			       runtime.region->request.record
		       ? OVERRUN_STACK_LIMIT
		       : FINAL_STACK_LIMIT;
}

static void describe_place(struct thread *thread, struct thread *self,
	const struct context *where, struct thread_place *place)
{
	struct context context;
	uint64_t from;

	place->stack = WIRE_NONE;
	if (!thread->carrier)
		return;
	runtime.carrier->bounds(thread, &place->bounds);
	if (thread->state == THREAD_FINISHED)
		return;
	if (thread == self)
		context = *where;
	else
		runtime.carrier->context(thread, &context);
	from = mapped_from(context.sp);
	if (from >= place->bounds.low && from < place->bounds.high)
		place->stack = record_stack(runtime.region, thread->id, &context,
			&(struct stack_part){ from, place->bounds.high, stack_limit(thread) });
}

static void describe_maps(struct wire_region *region)
{
	struct wire_area *area = &region->areas[WIRE_AREA_MAPS];

	area->length = memory_read_file(
		"/proc/self/maps", wire_area_at(region, WIRE_AREA_MAPS), area->capacity);
}

void execution_describe(struct thread *self, const struct context *where)
{
	struct core *core = &runtime.core;
	struct thread_place *places =
		arena_alloc(&runtime.arena, core->thread_count * sizeof(*places));
	struct context here;

	happens_before_tell_limit();
	if (core->recorder) {
		record_fault(core->result->fault_address);
		record_settle();
		if (self)
			record_changes(self->id);
	}
	if (!where) {
		record_context_here(&here);
		where = &here;
	}
	for (uint32_t i = 0; i < core->thread_count; i++)
		describe_place(core->threads[i], self, where, &places[i]);
	if (self && core->result->stack == WIRE_NONE && core->result->thread == self->id)
		core->result->stack = places[self->id].stack;
	record_threads(runtime.region, core, places);
	record_objects(runtime.region, core);
	if (runtime.region->request.record)
		describe_maps(runtime.region);
}

__attribute__((noinline, visibility("default"))) void weft_stop_here(void)
{
	__asm__ volatile("" ::: "memory");
}

/* A forked child has no place in the result: it says on its own stderr why it ends. */
static void forked_end(void)
{
	static const char text[] =
		"weft: a forked child process was ended: its threads can't go on\n";

	raw_syscall(SYS_write, 2, text, sizeof(text) - 1);
}

void debugger_name(struct thread *self)
{
	char path[WIRE_PATH_SIZE];

	if (!runtime.region->config.debugger)
		return;
	record_path(&runtime.core, self, path, sizeof(path));
	raw_syscall(SYS_prctl, PR_SET_NAME, path);
}

void execution_end(struct thread *self)
{
	if (runtime.forked) {
		forked_end();
	} else {
		execution_describe(self, NULL);
		if (runtime.region->config.debugger)
			weft_stop_here();
	}
	raw_syscall(SYS_exit_group, EXECUTION_ENDED_STATUS);
	__builtin_unreachable();
}

_Noreturn void bug_report(const char *file, int line, const char *condition)
{
	char *message;
	struct wire_result *result;

	if (runtime.region && !runtime.forked) {
		result = &runtime.region->result;
		message = result->message;
		result->verdict = WIRE_VERDICT_DEFECT;
		result->value = line;
		string_copy(message, file, sizeof(result->message) / 2);
		string_copy(message + string_len(message), ": ", 3);
		string_copy(message + string_len(message), condition, 200);
	}
	raw_syscall(SYS_exit_group, EXECUTION_ENDED_STATUS);
	__builtin_unreachable();
}
