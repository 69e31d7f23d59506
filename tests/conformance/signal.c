/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signals to threads: pthread_kill and pthread_sigqueue run the handler in the thread that is
 * meant, masks belong to each thread, sigwait and its kin take what is pending.
 */
#include "check.h"

#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

static pthread_t target;
static atomic_int handled;
static atomic_int in_target;
static atomic_int value;
static sem_t ready;

static void note(int number)
{
	(void)number;
	if (pthread_equal(pthread_self(), target))
		atomic_store(&in_target, 1);
	atomic_fetch_add(&handled, 1);
}

static void note_value(int number, siginfo_t *info, void *context)
{
	(void)context;
	note(number);
	if (info->si_code == SI_QUEUE)
		atomic_store(&value, info->si_value.sival_int);
}

static void *wait_until_handled(void *unused)
{
	(void)unused;
	target = pthread_self();
	REQUIRE(sem_post(&ready));
	while (!atomic_load(&handled))
		sched_yield();
	return NULL;
}

static void handle(int number, void (*simple)(int), void (*full)(int, siginfo_t *, void *))
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	if (full) {
		action.sa_flags = SA_SIGINFO;
		action.sa_sigaction = full;
	} else {
		action.sa_handler = simple;
	}
	REQUIRE(sigaction(number, &action, NULL));
	atomic_store(&handled, 0);
	atomic_store(&in_target, 0);
}

static void check_kill(void)
{
	pthread_t thread;

	CASE("pthread_kill");
	handle(SIGUSR1, note, NULL);
	thread = check_start(wait_until_handled, NULL);
	REQUIRE(sem_wait(&ready));
	CHECK(pthread_kill(thread, 0), 0);
	CHECK_VALUE(atomic_load(&handled), 0);
	CHECK(pthread_kill(thread, SIGUSR1), 0);
	check_join(thread);
	CHECK_VALUE(atomic_load(&handled), 1);
	CHECK_VALUE(atomic_load(&in_target), 1);
	CHECK(pthread_kill(pthread_self(), 9999), EINVAL);
	CHECK(pthread_kill(pthread_self(), -1), EINVAL);
}

/* A signal to oneself is handled before the call returns. */
static void check_kill_self(void)
{
	CASE("pthread_kill to oneself");
	handle(SIGUSR1, note, NULL);
	target = pthread_self();
	CHECK(pthread_kill(pthread_self(), SIGUSR1), 0);
	CHECK_VALUE(atomic_load(&handled), 1);
	CHECK_VALUE(atomic_load(&in_target), 1);
	CHECK_VALUE(raise(SIGUSR1), 0);
	CHECK_VALUE(atomic_load(&handled), 2);
}

/* A signal to the process goes to a thread that hasn't blocked it. */
static void check_process(void)
{
	pthread_t thread;
	sigset_t set;

	CASE("kill of the own process");
	handle(SIGUSR1, note, NULL);
	thread = check_start(wait_until_handled, NULL);
	REQUIRE(sem_wait(&ready));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL));
	CHECK_ERRNO(kill(getpid(), 0), 0);
	CHECK_ERRNO(kill(getpid(), SIGUSR1), 0);
	check_join(thread);
	CHECK_VALUE(atomic_load(&handled), 1);
	CHECK_VALUE(atomic_load(&in_target), 1);
	REQUIRE(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
	CHECK_ERRNO(kill(getpid(), 9999), EINVAL);
}

static void check_queue(void)
{
	union sigval sent = { .sival_int = 42 };
	pthread_t thread;

	CASE("pthread_sigqueue");
	handle(SIGUSR1, NULL, note_value);
	thread = check_start(wait_until_handled, NULL);
	REQUIRE(sem_wait(&ready));
	CHECK(pthread_sigqueue(thread, SIGUSR1, sent), 0);
	check_join(thread);
	CHECK_VALUE(atomic_load(&in_target), 1);
	CHECK_VALUE(atomic_load(&value), 42);
	CHECK(pthread_sigqueue(pthread_self(), 9999, sent), EINVAL);
}

static int is_blocked(int number)
{
	sigset_t set;

	REQUIRE(pthread_sigmask(SIG_BLOCK, NULL, &set));
	return sigismember(&set, number);
}

static void *check_inherited_mask(void *unused)
{
	sigset_t set;

	(void)unused;
	CHECK_VALUE(is_blocked(SIGUSR2), 1);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK(pthread_sigmask(SIG_UNBLOCK, &set, NULL), 0);
	CHECK_VALUE(is_blocked(SIGUSR2), 0);
	return NULL;
}

static void check_masks(void)
{
	sigset_t set;
	sigset_t old;

	CASE("masks");
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	CHECK(pthread_sigmask(SIG_BLOCK, &set, &old), 0);
	CHECK_VALUE(sigismember(&old, SIGUSR2), 0);
	CHECK_VALUE(is_blocked(SIGUSR2), 1);
	check_in_thread(check_inherited_mask, NULL);
	CHECK_VALUE(is_blocked(SIGUSR2), 1);
	CHECK(pthread_sigmask(SIG_SETMASK, &old, &set), 0);
	CHECK_VALUE(sigismember(&set, SIGUSR2), 1);
	CHECK_VALUE(is_blocked(SIGUSR2), 0);
	CHECK(pthread_sigmask(99, &set, NULL), EINVAL);
}

/* A blocked signal waits; its handler runs when it is unblocked. */
static void check_pending(void)
{
	sigset_t set;
	sigset_t pending;

	CASE("pending signal");
	handle(SIGUSR1, note, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL));
	CHECK(pthread_kill(pthread_self(), SIGUSR1), 0);
	CHECK_VALUE(atomic_load(&handled), 0);
	REQUIRE(sigpending(&pending));
	CHECK_VALUE(sigismember(&pending, SIGUSR1), 1);
	REQUIRE(pthread_sigmask(SIG_UNBLOCK, &set, NULL));
	CHECK_VALUE(atomic_load(&handled), 1);
}

static void *take_by_sigwait(void *argument)
{
	const sigset_t *set = argument;
	int number = 0;

	REQUIRE(sem_post(&ready));
	CHECK(sigwait(set, &number), 0);
	CHECK_TRUE(number == SIGUSR2);
	return NULL;
}

static void *take_by_sigwaitinfo(void *argument)
{
	const sigset_t *set = argument;
	siginfo_t info;

	REQUIRE(sem_post(&ready));
	CHECK_TRUE(sigwaitinfo(set, &info) == SIGUSR2);
	CHECK_VALUE(info.si_value.sival_int, 7);
	return NULL;
}

static void check_waiting(void)
{
	union sigval sent = { .sival_int = 7 };
	struct timespec short_time = { 0, CHECK_TIMEOUT_MS * CHECK_NS_PER_MS };
	sigset_t set;
	pthread_t thread;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	REQUIRE(pthread_sigmask(SIG_BLOCK, &set, NULL));

	CASE("sigwait");
	thread = check_start(take_by_sigwait, &set);
	REQUIRE(sem_wait(&ready));
	REQUIRE(pthread_kill(thread, SIGUSR2));
	check_join(thread);

	CASE("sigwaitinfo");
	thread = check_start(take_by_sigwaitinfo, &set);
	REQUIRE(sem_wait(&ready));
	REQUIRE(pthread_sigqueue(thread, SIGUSR2, sent));
	check_join(thread);

	CASE("sigtimedwait");
	CHECK_ERRNO(sigtimedwait(&set, NULL, &short_time), EAGAIN);
	CHECK(pthread_kill(pthread_self(), SIGUSR2), 0);
	CHECK_TRUE(sigtimedwait(&set, NULL, &short_time) == SIGUSR2);
}

static void *count_blocked(void *unused)
{
	(void)unused;
	return (void *)(intptr_t)(is_blocked(SIGUSR1) * 10 + is_blocked(SIGTERM));
}

static void check_attribute_mask(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t set;
	sigset_t got;

	CASE("mask in attributes");
	REQUIRE(pthread_attr_init(&attributes));
	CHECK_VALUE(pthread_attr_getsigmask_np(&attributes, &got), PTHREAD_ATTR_NO_SIGMASK_NP);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	CHECK(pthread_attr_setsigmask_np(&attributes, &set), 0);
	CHECK(pthread_attr_getsigmask_np(&attributes, &got), 0);
	CHECK_VALUE(sigismember(&got, SIGTERM), 1);
	CHECK(pthread_create(&thread, &attributes, count_blocked, NULL), 0);
	CHECK_VALUE((intptr_t)check_join(thread), 1);
	REQUIRE(pthread_attr_destroy(&attributes));
}

int main(void)
{
	REQUIRE(sem_init(&ready, 0, 0));
	check_kill();
	check_kill_self();
	check_process();
	check_queue();
	check_masks();
	check_pending();
	check_waiting();
	check_attribute_mask();
	return 0;
}
