/* SPDX-License-Identifier: Apache-2.0 */
/* Signal actions by the old interfaces and by all names, jumps out of handlers, time, children.
 */
#include "../conformance/check.h"

#undef NDEBUG
#include <assert.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

typedef void (*handler)(int);

extern int __sigaction(int, const struct sigaction *, struct sigaction *);
extern handler __sysv_signal(int, handler);
extern int __nanosleep(const struct timespec *, struct timespec *);
extern pid_t __waitpid(pid_t, int *, int);
extern pid_t __fork(void);
extern pid_t __vfork(void);
extern __attribute__((noreturn)) void plain_longjmp(struct __jmp_buf_tag *, int) __asm__(
	"longjmp");
extern __attribute__((noreturn)) void checked_longjmp(struct __jmp_buf_tag *, int) __asm__(
	"__longjmp_chk");

static atomic_int handled;
static sigjmp_buf back;

static void note(int number)
{
	(void)number;
	handled++;
}

static void jump_plain(int number)
{
	plain_longjmp(back, number);
}

static void jump_checked(int number)
{
	checked_longjmp(back, number);
}

static void jump_underscore(int number)
{
	_longjmp(back, number);
}

static void check_simple(handler old)
{
	CHECK_TRUE(old == SIG_DFL);
	handled = 0;
	CHECK_VALUE(raise(SIGUSR1), 0);
	CHECK_VALUE(handled, 1);
	CHECK_TRUE(signal(SIGUSR1, SIG_DFL) != SIG_ERR);
}

static void check_actions(void)
{
	struct sigaction action = { .sa_handler = note }, old;

	CASE("actions");
	check_simple(ssignal(SIGUSR1, note));
	check_simple(sysv_signal(SIGUSR1, note));
	check_simple(__sysv_signal(SIGUSR1, note));
	check_simple(sigset(SIGUSR1, note));
	CHECK_ERRNO(__sigaction(SIGUSR1, &action, &old), 0);
	check_simple(old.sa_handler);
	CHECK_ERRNO(__sigaction(9999, &action, NULL), EINVAL);
	CHECK_ERRNO(__sigaction(SIGKILL, &action, NULL), EINVAL);
}

static int is_blocked(int number)
{
	sigset_t now;

	REQUIRE(sigprocmask(SIG_BLOCK, NULL, &now));
	return sigismember(&now, number);
}

static void check_jump(const char *name, handler jump)
{
	CASE(name);
	REQUIRE(signal(SIGUSR2, jump) == SIG_ERR);
	if (!sigsetjmp(back, 1)) {
		raise(SIGUSR2);
		CHECK_TRUE(!"reached");
	}
	CHECK_VALUE(is_blocked(SIGUSR2), 0);
	REQUIRE(signal(SIGUSR2, SIG_DFL) == SIG_ERR);
}

static void check_queue(void)
{
	union sigval value = { .sival_int = 5 };
	struct timespec at_once = { 0, 0 };
	siginfo_t info;
	sigset_t set;

	CASE("queue");
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	CHECK_ERRNO(sigprocmask(SIG_BLOCK, &set, NULL), 0);
	CHECK_ERRNO(sigqueue(getpid(), SIGRTMIN, value), 0);
	value.sival_int = 6;
	CHECK_ERRNO(sigqueue(getpid(), SIGRTMIN, value), 0);
	CHECK_TRUE(sigtimedwait(&set, &info, &at_once) == SIGRTMIN);
	CHECK_VALUE(info.si_value.sival_int, 5);
	CHECK_VALUE(info.si_code, SI_QUEUE);
	CHECK_TRUE(sigtimedwait(&set, &info, &at_once) == SIGRTMIN);
	CHECK_VALUE(info.si_value.sival_int, 6);
	CHECK_ERRNO(sigtimedwait(&set, &info, &at_once), EAGAIN);
	CHECK_ERRNO(sigqueue(getpid(), 9999, value), EINVAL);
	CHECK_ERRNO(sigprocmask(SIG_UNBLOCK, &set, NULL), 0);
	CHECK_ERRNO(sigprocmask(99, &set, NULL), EINVAL);
}

static void check_child(const char *name, pid_t child)
{
	int status = 0;

	if (child == 0)
		_exit(3);
	CASE(name);
	CHECK_TRUE(__waitpid(child, &status, 0) == child);
	CHECK_VALUE(WEXITSTATUS(status), 3);
	CHECK_ERRNO(__waitpid(child, &status, 0), ECHILD);
}

static void check_assertion(void)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		fclose(stderr);
		assert(!"false");
		_exit(0);
	}
	CASE("assertion");
	CHECK_TRUE(waitpid(child, &status, 0) == child);
	CHECK_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int main(void)
{
	struct timespec ms = { 0, CHECK_NS_PER_MS }, bad = check_bad_time();

	check_actions();
	check_jump("longjmp", jump_plain);
	check_jump("__longjmp_chk", jump_checked);
	check_jump("_longjmp", jump_underscore);
	check_queue();
	CASE("time");
	CHECK_ERRNO(__nanosleep(&ms, NULL), 0);
	CHECK_ERRNO(__nanosleep(&bad, NULL), EINVAL);
	check_child("__fork", __fork());
	check_child("_Fork", _Fork());
	check_child("__vfork", __vfork());
	check_assertion();
	return 0;
}
