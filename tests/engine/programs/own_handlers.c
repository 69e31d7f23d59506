/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program with its own handlers for the signals that end programs: it sees the defaults
 * before, its own afterwards, and they work, on an alternate stack too, in every thread.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS };
static const char *const names[] = { "SEGV", "BUS", "FPE", "ILL", "ABRT", "TRAP", "SYS" };
static __thread sigjmp_buf back;
static __thread volatile sig_atomic_t caught;
static __thread void *volatile fault;
static __thread volatile int on_own_stack;
static __thread char *own_stack;

#define FATAL_COUNT (sizeof(fatal) / sizeof(fatal[0]))
#define OWN_STACK_SIZE 65536

static void show_default(const struct sigaction *action, const char *when)
{
	printf("%s: %s, flags %#x\n", when,
		action->sa_handler == SIG_DFL ? "default" : "something", action->sa_flags);
}

static void on_fault(int number, siginfo_t *info, void *context)
{
	char here;

	(void)context;
	caught = number;
	fault = info->si_addr;
	on_own_stack = &here >= own_stack && &here < own_stack + OWN_STACK_SIZE;
	siglongjmp(back, 1);
}

static void on_abort(int number)
{
	caught = number;
	siglongjmp(back, 1);
}

static void look(void)
{
	for (unsigned int i = 0; i < FATAL_COUNT; i++) {
		struct sigaction action;

		printf("SIG%s ", names[i]);
		if (sigaction(fatal[i], NULL, &action))
			perror("sigaction");
		show_default(&action, "before");
	}
}

static void install(void)
{
	struct sigaction action = { .sa_sigaction = on_fault }, old;

	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigaction(SIGSEGV, &action, &old);
	show_default(&old, "replaced");
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGFPE, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	sigaction(SIGSEGV, NULL, &old);
	printf("ours: %s\n", old.sa_sigaction == on_fault ? "yes" : "no");
	printf("signal() gives %s\n",
		signal(SIGABRT, on_abort) == SIG_DFL ? "default" : "other");
	printf("and then %s\n", signal(SIGABRT, on_abort) == on_abort ? "ours" : "other");
}

static void show_stack(const char *when)
{
	stack_t stack;

	if (sigaltstack(NULL, &stack))
		perror("sigaltstack");
	printf("%s: %s\n", when,
		stack.ss_flags & SS_DISABLE ? "no alternate stack" : "a stack");
}

static void use_own_stack(void)
{
	stack_t stack = { .ss_size = OWN_STACK_SIZE }, old;

	own_stack = malloc(OWN_STACK_SIZE);
	stack.ss_sp = own_stack;
	if (sigaltstack(&stack, &old))
		perror("sigaltstack");
	printf("old: %s\n", old.ss_flags & SS_DISABLE ? "no alternate stack" : "a stack");
}

static void provoke(void)
{
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (sigsetjmp(back, 1) == 0)
		*(volatile char *)(page + 8) = 1;
	printf("caught SIGSEGV: %s, at the address: %s, on its stack: %s\n",
		caught == SIGSEGV ? "yes" : "no", fault == page + 8 ? "yes" : "no",
		on_own_stack ? "yes" : "no");
	if (sigsetjmp(back, 1) == 0)
		__builtin_trap();
	printf("caught SIGILL: %s\n", caught == SIGILL ? "yes" : "no");
	if (sigsetjmp(back, 1) == 0)
		raise(SIGFPE);
	printf("caught SIGFPE: %s\n", caught == SIGFPE ? "yes" : "no");
	if (sigsetjmp(back, 1) == 0)
		abort();
	printf("caught SIGABRT: %s\n", caught == SIGABRT ? "yes" : "no");
	munmap(page, 4096);
}

static void *in_thread(void *unused)
{
	show_stack("in a thread");
	provoke();
	use_own_stack();
	show_stack("its own");
	provoke();
	return unused;
}

int main(void)
{
	pthread_t thread;

	look();
	show_stack("main");
	install();
	use_own_stack();
	show_stack("its own");
	provoke();
	pthread_create(&thread, NULL, in_thread, NULL);
	pthread_join(thread, NULL);
	provoke();
	signal(SIGSEGV, SIG_DFL);
	look();
	return 0;
}
