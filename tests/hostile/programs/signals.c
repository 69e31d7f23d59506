/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that take signals, timers and system calls into their own hands. */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "hostile.h"

static sigjmp_buf back;
static volatile sig_atomic_t signals_seen;

static void see_signal(int number)
{
	(void)number;
	signals_seen++;
}

static void go_back(int number)
{
	siglongjmp(back, number);
}

static void block_all(void)
{
	sigset_t all;

	sigfillset(&all);
	MUST(pthread_sigmask(SIG_BLOCK, &all, NULL) == 0);
	MUST(syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, NULL, 8) == 0);
	threads_work();
}

static void ignore_all(void)
{
	for (int number = 1; number < 64; number++)
		signal(number, SIG_IGN);
	threads_work();
}

/* Without libc, so that nobody notices. */
static void ignore_all_by_system_calls(void)
{
	unsigned long action[4] = { (unsigned long)SIG_IGN };

	for (long number = 1; number < 64; number++)
		syscall(SYS_rt_sigaction, number, action, NULL, 8L);
	threads_work();
}

static void survive_segv(void)
{
	volatile int *volatile nowhere = NULL;

	signal(SIGSEGV, go_back);
	if (sigsetjmp(back, 1) == 0)
		*nowhere = 1;
	threads_work();
}

static void survive_abort(void)
{
	signal(SIGABRT, go_back);
	if (sigsetjmp(back, 1) == 0)
		abort();
	threads_work();
}

static void own_signal_stack(void)
{
	static char memory[65536];
	stack_t stack = { .ss_sp = memory, .ss_size = sizeof(memory) };
	struct sigaction action = { .sa_handler = see_signal, .sa_flags = SA_ONSTACK };

	MUST(sigaltstack(&stack, NULL) == 0);
	MUST(sigaction(SIGUSR1, &action, NULL) == 0);
	MUST(raise(SIGUSR1) == 0);
	MUST(signals_seen == 1);
	threads_work();
}

/* A watchdog for a hang of the program: far away, and cancelled. */
static void watchdogs(void)
{
	struct itimerval interval = { .it_value.tv_sec = 60 };
	struct itimerspec far = { .it_value.tv_sec = 60 };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
	timer_t timer;

	alarm(60);
	MUST(setitimer(ITIMER_PROF, &interval, NULL) == 0);
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	MUST(timer_settime(timer, 0, &far, NULL) == 0);
	threads_work();
	MUST(timer_delete(timer) == 0);
	MUST(alarm(0) > 0);
}

/* Sleeping takes no real time: two watchdogs' worth of it, and the watchdog is seen. */
static void wait_for_alarm(void)
{
	signal(SIGALRM, see_signal);
	alarm(1);
	pause();
	MUST(signals_seen == 1);
	threads_work();
}

static void filter_system_calls(void)
{
	struct sock_filter rules[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ptrace, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = 4, .filter = rules };

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		exit(NOT_HERE);
	threads_work();
}

/* Only read, write, exit and sigreturn are left: one thread, and locks that nobody holds. */
static void only_four_system_calls(void)
{
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
		exit(NOT_HERE);
	for (int i = 0; i < ROUNDS; i++) {
		pthread_mutex_lock(&count_lock);
		pthread_mutex_unlock(&count_lock);
	}
	syscall(SYS_exit, 0);
}

static const struct hostile_case cases[] = {
	{ "block-all", block_all },
	{ "ignore-all", ignore_all },
	{ "ignore-all-by-system-calls", ignore_all_by_system_calls },
	{ "survive-segv", survive_segv },
	{ "survive-abort", survive_abort },
	{ "own-signal-stack", own_signal_stack },
	{ "watchdogs", watchdogs },
	{ "wait-for-alarm", wait_for_alarm },
	{ "filter-system-calls", filter_system_calls },
	{ "only-four-system-calls", only_four_system_calls },
	{ NULL, NULL },
};

int main(int argc, char **argv)
{
	return hostile_main(cases, argc, argv);
}
