/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of <weft/weft.h>, which finds them through weft_api_table. Where weft is not in
 * charge they do nothing.
 */
#include "weft/weft.h"

#include "common/bytes.h"
#include "runtime/engine/ending.h"
#include "runtime/engine/observations.h"
#include "runtime/engine/sched.h"
#include "runtime/interpose/hook.h"

/* There is no hook of this name: runtime_enter() only wants to be told one. */
#define ENTER() runtime_enter_at(0, (uint64_t)(uintptr_t)__builtin_return_address(0))

static void api_observe(const char *name, long long value)
{
	struct thread *self = ENTER();

	if (!self)
		return;
	observe(self, name, value, NULL);
	runtime_leave(self);
}

static void api_observe_text(const char *name, const char *text)
{
	struct thread *self = ENTER();

	if (!self)
		return;
	observe(self, name, 0, text ? text : "");
	runtime_leave(self);
}

/* The point stands before the operation: in a serial execution others have their turn there. */
static void api_op_begin(const char *name)
{
	struct thread *self = ENTER();

	if (!self)
		return;
	if (self->operations == 0)
		sched_point(self, OP_OPERATION, NULL);
	observe_operation(self, name);
	runtime_leave(self);
}

static void api_op_end(long long result)
{
	struct thread *self = ENTER();
	bool outermost;

	if (!self)
		return;
	outermost = self->operations == 1;
	observe_operation_end(self, result);
	/* What the thread does next is no part of it: others may come in between. */
	if (outermost)
		sched_point(self, OP_OPERATION_END, NULL);
	runtime_leave(self);
}

static void api_yield(void)
{
	struct thread *self = ENTER();

	if (!self)
		return;
	sched_point(self, OP_POINT, NULL);
	runtime_leave(self);
}

static unsigned int api_choose(unsigned int count)
{
	struct thread *self = ENTER();
	uint32_t value;

	if (!self)
		return 0;
	sched_point(self, OP_CHOOSE, NULL);
	value = count > 1 ? core_draw(&runtime.core, self, WIRE_DECISION_CHOOSE, count) : 0;
	core_result(&runtime.core, self, (int32_t)value);
	runtime_leave(self);
	return value;
}

/* Ends the execution, as assert() does; not a child process, which is not weft's to judge. */
static void api_assert_failed(const char *text)
{
	struct thread *self = ENTER();
	char message[256] = "assertion failed: ";
	size_t len = string_len(message);

	if (!self)
		return;
	if (runtime.forked) {
		runtime_leave(self);
		return;
	}
	string_copy(message + len, text ? text : "", sizeof(message) - len);
	core_fail(&runtime.core, WIRE_VERDICT_ASSERTION, self);
	runtime.core.result->pc = self->call_pc;
	execution_message(message);
	execution_end(self);
}

static void condition(
	struct thread *self, enum wire_observation_kind kind, int holds, const char *text)
{
	if (!self)
		return;
	observe_condition(self, kind, holds != 0, text);
	runtime_leave(self);
}

static void api_assert_sometimes(int holds, const char *text)
{
	condition(ENTER(), WIRE_OBSERVED_SOMETIMES, holds, text);
}

static void api_assert_eventually(int holds, const char *text)
{
	condition(ENTER(), WIRE_OBSERVED_EVENTUALLY, holds, text);
}

static void check_begins(struct thread *self)
{
	uint32_t number = ++runtime.core.result->checks;
	uint32_t wanted = runtime.region->request.check;

	/* The one before may have been left by longjmp() or an exception. */
	if (wanted)
		core_explore(&runtime.core, number == wanted);
	runtime_leave(self);
}

static void api_check(void (*function)(void *), void *argument)
{
	struct thread *self = ENTER();

	if (self)
		check_begins(self);
	function(argument);
	self = ENTER();
	if (!self)
		return;
	if (runtime.region->request.check)
		core_explore(&runtime.core, false);
	runtime_leave(self);
}

extern const struct weft_api weft_api_table;

WEFT_HOOK const struct weft_api weft_api_table = {
	.size = sizeof(struct weft_api),
	.observe = api_observe,
	.observe_text = api_observe_text,
	.op_begin = api_op_begin,
	.op_end = api_op_end,
	.yield = api_yield,
	.choose = api_choose,
	.assert_failed = api_assert_failed,
	.assert_sometimes = api_assert_sometimes,
	.assert_eventually = api_assert_eventually,
	.check = api_check,
};
