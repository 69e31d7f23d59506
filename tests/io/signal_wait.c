/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for signals that are pending, that come, or that do not come in time. */
#include "../conformance/check.h"

#include <signal.h>

static sigset_t set;
static volatile sig_atomic_t handled;

static void handle(int number)
{
	handled = number;
}

static void *wait_in_thread(void *argument)
{
	int number = 0;

	(void)argument;
	REQUIRE(sigwait(&set, &number));
	return (void *)(long)number;
}

int main(void)
{
	struct timespec limit = { 0, CHECK_NS_PER_MS }, bad = check_bad_time();
	sigset_t none;
	siginfo_t info;
	int number = 0;
	pthread_t thread;

	CASE("sigwait");
	REQUIRE(sigemptyset(&set) || sigaddset(&set, SIGUSR1) || sigaddset(&set, SIGUSR2));
	REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL));
	CHECK_ERRNO(sigtimedwait(&set, &info, &limit), EAGAIN);
	CHECK_ERRNO(sigtimedwait(&set, &info, &bad), EINVAL);
	REQUIRE(kill(getpid(), SIGUSR1));
	CHECK(sigwait(&set, &number), 0);
	CHECK_VALUE(number, SIGUSR1);
	REQUIRE(kill(getpid(), SIGUSR2));
	CHECK_VALUE(sigwaitinfo(&set, &info), SIGUSR2);
	CHECK_VALUE(info.si_signo, SIGUSR2);
	thread = check_start(wait_in_thread, NULL);
	REQUIRE(kill(getpid(), SIGUSR1));
	CHECK_VALUE((long)check_join(thread), SIGUSR1);
	CASE("sigsuspend");
	REQUIRE(sigemptyset(&none));
	signal(SIGUSR1, handle);
	REQUIRE(kill(getpid(), SIGUSR1));
	CHECK_ERRNO(sigsuspend(&none), EINTR);
	CHECK_VALUE(handled, SIGUSR1);
	return 0;
}
