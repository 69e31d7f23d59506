/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fatal signals; see crash.h. The handler runs on an alternate stack, since the thread's own
 * may be what has run out, describes the failure, and lets the signal kill the process as it
 * would have.
 */
#include "runtime/engine/crash.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

#include "runtime/engine/ending.h"
#include "runtime/sys/kernel_thread.h"
#include "runtime/sys/raw.h"

#define KERNEL_SIGSET_SIZE 8u
/* How far below the stack pointer a function that overruns its stack may touch. */
#define OVERFLOW_REACH 1048576u

struct kernel_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	uint64_t flags;
	void (*restorer)(void);
	uint64_t mask;
};

#define SA_RESTORER_FLAG 0x04000000u

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP,
	SIGSYS };

extern void signal_return(void) __attribute__((visibility("hidden")));
__asm__(".text\n"
	".globl signal_return\n"
	".hidden signal_return\n"
	".type signal_return, @function\n"
	"signal_return:\n"
	"	movq $15, %rax\n"
	"	syscall\n"
	".size signal_return, .-signal_return\n");

static int action_set(int signal_number, void (*handler)(int, siginfo_t *, void *))
{
	struct kernel_sigaction action = {
		.handler = handler,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER_FLAG,
		.restorer = signal_return,
	};

	if (!handler)
		action.flags = SA_RESTORER_FLAG;
	return (int)raw_syscall(
		SYS_rt_sigaction, signal_number, &action, 0, KERNEL_SIGSET_SIZE);
}

static void context_from(const ucontext_t *user, struct context *ret_context)
{
	const greg_t *registers = user->uc_mcontext.gregs;

	ret_context->sp = (uint64_t)registers[REG_RSP];
	ret_context->pc = (uint64_t)registers[REG_RIP];
	ret_context->rbp = (uint64_t)registers[REG_RBP];
	ret_context->rbx = (uint64_t)registers[REG_RBX];
	ret_context->r12 = (uint64_t)registers[REG_R12];
	ret_context->r13 = (uint64_t)registers[REG_R13];
	ret_context->r14 = (uint64_t)registers[REG_R14];
	ret_context->r15 = (uint64_t)registers[REG_R15];
}

static bool stack_overrun(const struct thread *thread, const siginfo_t *info, uint64_t sp)
{
	struct stack_bounds bounds;
	uint64_t address = (uint64_t)(uintptr_t)info->si_addr;

	if (info->si_signo != SIGSEGV || !thread)
		return false;
	runtime.carrier->bounds(thread, &bounds);
	/* main's stack grows on demand: its low end is where it stops being mapped. */
	if (bounds.low == 0)
		return info->si_code == SEGV_MAPERR && address + OVERFLOW_REACH > sp &&
		       address < sp + OVERFLOW_REACH && bounds.high - sp > OVERFLOW_REACH;
	return address < bounds.low && bounds.low - address < OVERFLOW_REACH &&
	       sp < bounds.low + OVERFLOW_REACH;
}

static void crashed(int signal_number, siginfo_t *info, void *user)
{
	struct core *core = &runtime.core;
	struct thread *self = core->current;
	struct context context;

	action_set(signal_number, NULL);
	if (!runtime.forked && core->result->verdict == WIRE_VERDICT_NONE) {
		context_from(user, &context);
		core_fail(core,
			stack_overrun(self, info, context.sp) ? WIRE_VERDICT_STACK
							      : WIRE_VERDICT_SIGNAL,
			self);
		core->result->value = signal_number;
		core->result->fault_address = (uint64_t)(uintptr_t)info->si_addr;
		core->result->pc = context.pc;
		execution_describe(self, &context);
		if (runtime.region->config.debugger)
			weft_stop_here();
	}
	/* An assertion has told its story already; a kill from outside comes again by itself.
	 */
	if (info->si_code <= 0)
		raw_syscall(SYS_tgkill, raw_syscall(SYS_getpid), raw_syscall(SYS_gettid),
			signal_number);
}

/* The kernel leaves an interrupted call with this error and the address behind the instruction.
 */
static bool is_in_system_call(const ucontext_t *user)
{
	const greg_t *registers = user->uc_mcontext.gregs;
	const uint8_t *next = (const uint8_t *)(uintptr_t)registers[REG_RIP];

	return registers[REG_RAX] == -EINTR && next[-2] == 0x0f && next[-1] == 0x05;
}

/* The watchdog gives up on the execution: say where the running thread is. */
static void stalled(int signal_number, siginfo_t *info, void *user)
{
	struct core *core = &runtime.core;
	struct thread *self = core->current;
	struct context context;
	int32_t running = (int32_t)raw_syscall(SYS_gettid);

	(void)info;
	if (runtime.carrier == &carrier_thread)
		running = (int32_t)runtime.carrier->kernel_id(self);
	if (running != (int32_t)raw_syscall(SYS_gettid)) {
		raw_syscall(SYS_tgkill, raw_syscall(SYS_getpid), running, signal_number);
		return;
	}
	if (!runtime.forked && core->result->verdict == WIRE_VERDICT_NONE) {
		context_from(user, &context);
		core_fail(core, WIRE_VERDICT_STALLED, self);
		core->result->pc = context.pc;
		if (is_in_system_call(user))
			core->result->limits |= WIRE_LIMIT_SYSTEM_CALL;
		execution_describe(self, &context);
	}
	raw_syscall(SYS_exit_group, EXECUTION_ENDED_STATUS);
}

void crash_handler_set(
	int signal_number, void (*handler)(int number, siginfo_t *info, void *user))
{
	action_set(signal_number, handler);
}

void crash_handler_install(int signal_number)
{
	if (signal_number == WIRE_SIGNAL_STALLED)
		action_set(WIRE_SIGNAL_STALLED, stalled);
	for (unsigned int i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++)
		if (fatal_signals[i] == signal_number)
			action_set(signal_number, crashed);
}

void crash_handlers_install(void)
{
	kernel_thread_signal_stack();
	crash_handler_install(WIRE_SIGNAL_STALLED);
	for (unsigned int i = 0; i < sizeof(fatal_signals) / sizeof(fatal_signals[0]); i++)
		action_set(fatal_signals[i], crashed);
}

bool crash_handles(int signal_number)
{
	struct kernel_sigaction action;

	raw_syscall(SYS_rt_sigaction, signal_number, 0, &action, KERNEL_SIGSET_SIZE);
	return action.handler == crashed || action.handler == stalled;
}
