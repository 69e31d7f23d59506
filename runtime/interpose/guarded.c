/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that are undone when unwound; see guarded.h. */
#include "runtime/interpose/guarded.h"

/* From the Itanium C++ ABI, exception handling, level I: base ABI. */
#define UNWIND_ACTION_CLEANUP_PHASE 2
#define UNWIND_CONTINUE 8

void guarded_call_frame(void (*routine)(void)) __attribute__((visibility("hidden")));

/*
 * Calls its argument. 0x1b: the personality routine's address is relative to the program
 * counter, in four bytes; there is no language-specific data.
 */
__asm__(".text\n"
	".globl guarded_call_frame\n"
	".hidden guarded_call_frame\n"
	".type guarded_call_frame, @function\n"
	"guarded_call_frame:\n"
	"	.cfi_startproc\n"
	"	.cfi_personality 0x1b, guarded_personality\n"
	"	pushq	%rbp\n"
	"	.cfi_def_cfa_offset 16\n"
	"	.cfi_offset rbp, -16\n"
	"	movq	%rsp, %rbp\n"
	"	.cfi_def_cfa_register rbp\n"
	"	callq	*%rdi\n"
	"	popq	%rbp\n"
	"	.cfi_def_cfa rsp, 8\n"
	"	ret\n"
	"	.cfi_endproc\n"
	".size guarded_call_frame, .-guarded_call_frame\n");

/* The unwinder is passing the innermost guarded frame of this thread. */
static void undo_innermost(void)
{
	struct thread *self = runtime_self;
	struct program_thread *program;
	struct guarded_call *call;

	if (!self)
		return;
	program = thread_program(self);
	call = program->guarded;
	program->guarded = call->outer;
	runtime_self = NULL;
	call->undo(self, call->argument);
	runtime_self = self;
}

int guarded_personality(int version, int actions, uint64_t exception_class, void *exception,
	void *context) __attribute__((visibility("hidden"), used));

int guarded_personality(
	int version, int actions, uint64_t exception_class, void *exception, void *context)
{
	(void)version;
	(void)exception_class;
	(void)exception;
	(void)context;
	/* The first phase only asks who handles it: not this frame. */
	if (actions & UNWIND_ACTION_CLEANUP_PHASE)
		undo_innermost();
	return UNWIND_CONTINUE;
}

void guarded_run(struct thread *self, struct guarded_call *call, void (*routine)(void))
{
	struct program_thread *program = thread_program(self);
	uint64_t call_pc = self->call_pc;

	call->outer = program->guarded;
	program->guarded = call;
	runtime_leave(self);
	guarded_call_frame(routine);
	runtime_self = NULL;
	self->call_pc = call_pc;
	program->guarded = call->outer;
}
