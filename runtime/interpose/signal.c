/* SPDX-License-Identifier: Apache-2.0 */
/* Signals between threads; see signal.h. */
#include "runtime/interpose/signal.h"

#include <errno.h>
#include <ucontext.h>

#include "common/bytes.h"
#include "runtime/engine/crash.h"
#include "runtime/engine/happens_before.h"
#include "runtime/engine/misuse.h"
#include "runtime/engine/sched.h"
#include "runtime/sys/raw.h"

#define KERNEL_SIGSET_SIZE 8
#define SIGNAL_COUNT 64
#define FIRST_QUEUED_SIGNAL 32	   /* below, a signal that is pending is not queued again */
#define FIRST_SIGNAL_AFTER_LIBC 34 /* those before it, from 32, are glibc's own */
#define UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))
#define IGNORED_BY_DEFAULT \
	(signal_bit(SIGCHLD) | signal_bit(SIGCONT) | signal_bit(SIGURG) | signal_bit(SIGWINCH))

struct queued_signal {
	struct queued_signal *next;
	siginfo_t info;
};

/* As the kernel has it; sigaction() may be interposed by the program, and hides two signals. */
struct kernel_action {
	uintptr_t handler;
	uint64_t flags;
	uintptr_t restorer;
	uint64_t mask;
};

static struct queued_signal *free_signals;

uint64_t signal_set_bits(const sigset_t *set)
{
	uint64_t bits;

	bytes_copy(&bits, set, sizeof(bits));
	return bits & ~UNBLOCKABLE;
}

void signal_bits_set(sigset_t *set, uint64_t bits)
{
	bytes_fill(set, 0, sizeof(*set));
	bytes_copy(set, &bits, sizeof(bits));
}

static struct kernel_action action_get(int number)
{
	struct kernel_action action = { 0 };

	raw_syscall(SYS_rt_sigaction, number, 0, &action, KERNEL_SIGSET_SIZE);
	return action;
}

/*
 * The kernel's mask of the thread that the program runs on: signals from outside come unless
 * all threads block them. On the thread carrier they come to main's kernel thread only.
 */
static void kernel_mask_update(struct thread *self)
{
	struct core *core = &runtime.core;
	uint64_t blocked = UINT64_MAX;

	if (runtime.carrier != &carrier_fiber && self->id != 0)
		return;
	for (uint32_t i = 0; i < core->thread_count; i++) {
		const struct program_thread *program = core->threads[i]->program;

		if (core->threads[i]->state != THREAD_FINISHED)
			blocked &= program ? program->signals_blocked : 0;
	}
	raw_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, 0, KERNEL_SIGSET_SIZE);
}

uint64_t signals_pending(const struct thread *thread)
{
	const struct program_thread *program = thread->program;
	uint64_t bits = 0;

	for (const struct queued_signal *s = program ? program->signals : NULL; s; s = s->next)
		bits |= signal_bit(s->info.si_signo);
	return bits;
}

int signal_take(struct thread *self, uint64_t set, siginfo_t *ret_info)
{
	struct queued_signal **link = &thread_program(self)->signals;
	struct queued_signal *taken;

	while (*link && !(set & signal_bit((*link)->info.si_signo)))
		link = &(*link)->next;
	taken = *link;
	if (!taken)
		return 0;
	*link = taken->next;
	*ret_info = taken->info;
	taken->next = free_signals;
	free_signals = taken;
	return ret_info->si_signo;
}

static void enqueue(struct program_thread *program, const siginfo_t *info)
{
	struct queued_signal **link = &program->signals;
	struct queued_signal *added = free_signals;

	if (added)
		free_signals = added->next;
	else
		added = arena_alloc(&runtime.arena, sizeof(*added));
	added->info = *info;
	added->next = NULL;
	while (*link)
		link = &(*link)->next;
	*link = added;
}

/* The default action, or one of the runtime's own handlers: the kernel carries it out at once.
 */
static void act_by_default(const siginfo_t *info)
{
	uint64_t bit = signal_bit(info->si_signo);

	if (bit & IGNORED_BY_DEFAULT)
		return;
	raw_syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &bit, 0, KERNEL_SIGSET_SIZE);
	raw_syscall(
		SYS_tgkill, raw_syscall(SYS_getpid), raw_syscall(SYS_gettid), info->si_signo);
}

static enum { ACTIONS_UNKNOWN, ACTIONS_INTERRUPT, ACTIONS_RESTART } actions;

static bool is_default(int number, const struct kernel_action *action)
{
	return action->handler == (uintptr_t)SIG_DFL || crash_handles(number);
}

/* The program's own, of a signal that others may send. */
static bool handles(int number)
{
	const uint64_t own = signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) |
			     signal_bit(SIGFPE) | signal_bit(SIGTRAP) | signal_bit(SIGSYS) |
			     signal_bit(SIGABRT) | signal_bit(SIGPIPE) | signal_bit(SIGCHLD);
	struct kernel_action action;

	if ((signal_bit(number) & (own | UNBLOCKABLE)) || number == WIRE_SIGNAL_STALLED)
		return false;
	if (number >= FIRST_QUEUED_SIGNAL && number < FIRST_SIGNAL_AFTER_LIBC)
		return false;
	action = action_get(number);
	return action.handler != (uintptr_t)SIG_IGN && !is_default(number, &action);
}

/* For runtime.handler_may_run: one that some thread lets through. */
static bool handler_may_run(void)
{
	const struct core *core = &runtime.core;
	uint64_t open = 0;

	for (uint32_t i = 0; i < core->thread_count; i++) {
		const struct program_thread *program = core->threads[i]->program;

		if (core->threads[i]->state != THREAD_FINISHED && program)
			open |= ~program->signals_blocked;
	}
	for (int number = 1; number <= SIGNAL_COUNT; number++)
		if ((open & signal_bit(number)) && handles(number))
			return true;
	return false;
}

void signal_actions_changed(void)
{
	actions = ACTIONS_UNKNOWN;
	runtime.handler_may_run = handler_may_run;
}

bool signal_handlers_interrupt(void)
{
	bool interrupts = false, restarts = false;

	for (int number = 1; number <= SIGNAL_COUNT && actions == ACTIONS_UNKNOWN; number++) {
		struct kernel_action action = action_get(number);

		if (action.handler == (uintptr_t)SIG_IGN || is_default(number, &action))
			continue;
		/* Two are libc's own. */
		if (number >= FIRST_QUEUED_SIGNAL && number < FIRST_SIGNAL_AFTER_LIBC)
			continue;
		if (action.flags & SA_RESTART)
			restarts = true;
		else
			interrupts = true;
	}
	if (actions == ACTIONS_UNKNOWN)
		actions = interrupts && !restarts ? ACTIONS_INTERRUPT : ACTIONS_RESTART;
	return actions == ACTIONS_INTERRUPT;
}

/*
 * Calls a handler that takes a context: that of this call, which the handler returns to.
 * Returns the mask that the handler leaves in it, as the kernel would take it from there.
 */
static __attribute__((noinline)) uint64_t call_with_context(
	const struct kernel_action *action, siginfo_t *info, uint64_t blocked)
{
	ucontext_t context;

	getcontext(&context);
	signal_bits_set(&context.uc_sigmask, blocked);
	((void (*)(int, siginfo_t *, void *))action->handler)(info->si_signo, info, &context);
	return signal_set_bits(&context.uc_sigmask);
}

static void run_handler(struct thread *self, struct kernel_action *action, siginfo_t *info)
{
	struct program_thread *program = thread_program(self);
	uint64_t blocked = program->signals_blocked, forwarded_pc = self->forwarded_pc;
	uint16_t interrupted = self->interrupted;

	if (action->flags & SA_RESETHAND) {
		struct kernel_action reset = *action;

		reset.handler = (uintptr_t)SIG_DFL;
		signal_actions_changed();
		raw_syscall(SYS_rt_sigaction, info->si_signo, &reset, 0, KERNEL_SIGSET_SIZE);
	}
	if (!(action->flags & SA_RESTART))
		program->restarts = false;
	if (program->handlers++ == 0)
		program->blocked_before_handlers = blocked;
	program->signals_blocked |= action->mask & ~UNBLOCKABLE;
	if (!(action->flags & SA_NODEFER))
		program->signals_blocked |= signal_bit(info->si_signo);
	happens_before_acquire_common(self, happens_before.handlers);
	if (!program->mask_changed && misuse_is_unsafe(self->op.kind))
		self->interrupted = self->op.kind;
	program->mask_changed = false;
	self->forwarded_pc = 0;
	if (action->flags & SA_SIGINFO)
		blocked = call_with_context(action, info, blocked);
	else
		((void (*)(int))action->handler)(info->si_signo);
	self->forwarded_pc = forwarded_pc;
	self->interrupted = interrupted;
	program->handlers--;
	program->signals_blocked = blocked;
}

void signal_handlers_left(struct thread *self)
{
	struct program_thread *program = thread_program(self);

	if (program->handlers == 0)
		return;
	program->handlers = 0;
	self->interrupted = 0;
	program->signals_blocked = program->blocked_before_handlers;
	if (signals_pending(self) & ~program->signals_blocked)
		self->attention = true;
}

void signals_deliver(struct thread *self)
{
	struct program_thread *program = thread_program(self);
	siginfo_t info;

	while (signal_take(self, ~program->signals_blocked, &info)) {
		struct kernel_action action = action_get(info.si_signo);

		if (action.handler == (uintptr_t)SIG_IGN)
			continue;
		if (is_default(info.si_signo, &action))
			act_by_default(&info);
		else
			run_handler(self, &action, &info);
	}
}

/* Whether the signal would do anything; an unblocked one that is ignored is not even queued. */
static bool matters(const struct program_thread *program, int number)
{
	struct kernel_action action = action_get(number);

	if (program->signals_blocked & signal_bit(number))
		return true;
	if (action.handler == (uintptr_t)SIG_IGN)
		return false;
	return action.handler != (uintptr_t)SIG_DFL ||
	       !(signal_bit(number) & IGNORED_BY_DEFAULT);
}

/* Whether the thread is to look again, now that the signal is pending. */
static bool interrupts(const struct thread *target, uint64_t bit)
{
	const struct object *object = target->wait.object;

	if (target->state != THREAD_WAITING)
		return false;
	/* One who waits for just this signal blocks it. */
	if (object && object->kind == WIRE_OBJECT_SIGNAL && (target->wait.key & bit))
		return true;
	return !(((const struct program_thread *)target->program)->signals_blocked & bit);
}

static void send_to(struct thread *target, const siginfo_t *info)
{
	struct program_thread *program = thread_program(target);
	uint64_t bit = signal_bit(info->si_signo);

	if (!matters(program, info->si_signo))
		return;
	if (info->si_signo < FIRST_QUEUED_SIGNAL && (signals_pending(target) & bit))
		return;
	happens_before_release_common(runtime.core.current, &happens_before.handlers);
	enqueue(program, info);
	if (interrupts(target, bit))
		core_wake(&runtime.core, target, WAIT_INTERRUPTED);
	if (!(program->signals_blocked & bit))
		target->attention = true;
}

static int send_to_handle(struct thread *self, pthread_t handle, const siginfo_t *info)
{
	struct thread *target = thread_by_handle(handle);

	sched_point(self, OP_THREAD_KILL, target ? target->self_object : NULL);
	if (info->si_signo < 0 || info->si_signo > SIGNAL_COUNT)
		return EINVAL;
	if (!target)
		return ESRCH;
	/* Of one that has ended and waits to be joined nothing is left to be told. */
	if (info->si_signo && target->state != THREAD_FINISHED)
		send_to(target, info);
	return 0;
}

static siginfo_t info_of(int number, int code)
{
	siginfo_t info = { .si_signo = number, .si_code = code };

	info.si_pid = (pid_t)raw_syscall(SYS_getpid);
	info.si_uid = (uid_t)raw_syscall(SYS_getuid);
	return info;
}

/* Who gets a signal for the whole process: one who waits for it, or has not blocked it. */
static struct thread *process_target(struct thread *self, int number)
{
	struct core *core = &runtime.core;
	uint64_t bit = signal_bit(number);
	struct thread *open = NULL;

	if (!(thread_program(self)->signals_blocked & bit))
		open = self;
	for (uint32_t i = 0; i < core->thread_count; i++) {
		struct thread *thread = core->threads[i];

		if (thread->state == THREAD_FINISHED)
			continue;
		if (thread->state == THREAD_WAITING && thread->wait.object &&
			thread->wait.object->kind == WIRE_OBJECT_SIGNAL &&
			(thread->wait.key & bit))
			return thread;
		if (!open && !(thread_program(thread)->signals_blocked & bit))
			open = thread;
	}
	return open;
}

/* Returns whether the signal was for this process and one of its threads takes it. */
static bool kill_own(struct thread *self, pid_t process, const siginfo_t *info)
{
	int number = info->si_signo;
	struct thread *target = NULL;

	if (number <= 0 || number > SIGNAL_COUNT || process != raw_syscall(SYS_getpid))
		return false;
	sched_point(self, OP_THREAD_KILL, NULL);
	target = process_target(self, number);
	if (!target)
		return false;
	send_to(target, info);
	return true;
}

static struct thread *thread_by_kernel_id(uint32_t id)
{
	struct core *core = &runtime.core;

	for (uint32_t i = 0; i < core->thread_count; i++)
		if (core->threads[i]->state != THREAD_FINISHED &&
			thread_kernel_id(core->threads[i]) == id)
			return core->threads[i];
	return NULL;
}

/* To other processes, and where all threads block it, it is the kernel's to keep. */
WEFT_HOOK int kill(pid_t process, int number)
{
	struct thread *self = runtime_enter(HOOK_kill);
	siginfo_t info;
	bool done;

	if (!self)
		return REAL(kill)(process, number);
	info = info_of(number, SI_USER);
	done = kill_own(self, process, &info);
	runtime_leave(self);
	return done ? 0 : REAL(kill)(process, number);
}

WEFT_HOOK int sigqueue(pid_t process, int number, const union sigval value)
{
	struct thread *self = runtime_enter(HOOK_sigqueue);
	siginfo_t info;
	bool done;

	if (!self)
		return REAL(sigqueue)(process, number, value);
	info = info_of(number, SI_QUEUE);
	info.si_value = value;
	done = kill_own(self, process, &info);
	runtime_leave(self);
	return done ? 0 : REAL(sigqueue)(process, number, value);
}

/* Of a thread that weft doesn't run only the kernel may know. */
WEFT_HOOK int tgkill(pid_t process, pid_t thread, int number)
{
	struct thread *self = runtime_enter(HOOK_tgkill);
	struct thread *target = NULL;
	siginfo_t info;

	if (!self)
		return REAL(tgkill)(process, thread, number);
	if (process == raw_syscall(SYS_getpid) && thread > 0)
		target = thread_by_kernel_id((uint32_t)thread);
	if (!target || number < 0 || number > SIGNAL_COUNT) {
		runtime_self = self;
		return REAL(tgkill)(process, thread, number);
	}
	info = info_of(number, SI_TKILL);
	sched_point(self, OP_THREAD_KILL, target->self_object);
	if (number && target->state != THREAD_FINISHED)
		send_to(target, &info);
	runtime_leave(self);
	return 0;
}

WEFT_HOOK int pthread_kill(pthread_t handle, int number)
{
	struct thread *self = runtime_enter(HOOK_pthread_kill);
	siginfo_t info;
	int result;

	if (!self)
		return REAL(pthread_kill)(handle, number);
	info = info_of(number, SI_TKILL);
	result = send_to_handle(self, handle, &info);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int pthread_sigqueue(pthread_t handle, int number, const union sigval value)
{
	struct thread *self = runtime_enter(HOOK_pthread_sigqueue);
	siginfo_t info;
	int result;

	if (!self)
		return REAL(pthread_sigqueue)(handle, number, value);
	info = info_of(number, SI_QUEUE);
	info.si_value = value;
	result = send_to_handle(self, handle, &info);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int raise(int number)
{
	struct thread *self = runtime_enter(HOOK_raise);
	siginfo_t info;

	if (!self)
		return REAL(raise)(number);
	if (number < 0 || number > SIGNAL_COUNT) {
		runtime_leave(self);
		errno = EINVAL;
		return -1;
	}
	info = info_of(number, SI_TKILL);
	sched_point(self, OP_THREAD_KILL, self->self_object);
	if (number)
		send_to(self, &info);
	runtime_leave(self);
	return 0;
}

void signal_block(struct thread *self, uint64_t blocked)
{
	struct program_thread *program = thread_program(self);

	program->signals_blocked = blocked & ~UNBLOCKABLE;
	program->mask_changed = (signals_pending(self) & ~program->signals_blocked) != 0;
	if (program->mask_changed)
		self->attention = true;
	kernel_mask_update(self);
}

void signal_thread_ends(struct thread *self)
{
	struct program_thread *program = thread_program(self);

	/* Others may have blocked what this one let through. */
	program->signals_blocked = UINT64_MAX;
	kernel_mask_update(self);
}

static int change_mask(struct thread *self, int how, const sigset_t *set, sigset_t *ret_old)
{
	uint64_t old = thread_program(self)->signals_blocked;
	uint64_t bits = set ? signal_set_bits(set) : 0;

	if (set && how != SIG_BLOCK && how != SIG_UNBLOCK && how != SIG_SETMASK)
		return EINVAL;
	if (ret_old)
		signal_bits_set(ret_old, old);
	if (!set)
		return 0;
	if (how == SIG_BLOCK)
		bits |= old;
	else if (how == SIG_UNBLOCK)
		bits = old & ~bits;
	signal_block(self, bits);
	return 0;
}

WEFT_HOOK int pthread_sigmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	struct thread *self = runtime_enter(HOOK_pthread_sigmask);
	int result;

	if (!self)
		return REAL(pthread_sigmask)(how, set, ret_old);
	result = change_mask(self, how, set, ret_old);
	runtime_leave(self);
	return result;
}

WEFT_HOOK int sigprocmask(int how, const sigset_t *set, sigset_t *ret_old)
{
	struct thread *self = runtime_enter(HOOK_sigprocmask);
	int result;

	if (!self)
		return REAL(sigprocmask)(how, set, ret_old);
	result = change_mask(self, how, set, ret_old);
	runtime_leave(self);
	if (!result)
		return 0;
	errno = result;
	return -1;
}

WEFT_HOOK int sigpending(sigset_t *ret_set)
{
	struct thread *self = runtime_enter(HOOK_sigpending);
	uint64_t kernel = 0;

	if (!self)
		return REAL(sigpending)(ret_set);
	raw_syscall(SYS_rt_sigpending, &kernel, KERNEL_SIGSET_SIZE);
	signal_bits_set(ret_set, kernel | signals_pending(self));
	runtime_leave(self);
	return 0;
}
