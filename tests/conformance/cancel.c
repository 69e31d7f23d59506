/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cancellation: state and type, pending requests, cleanup handlers and their order, what a
 * handler finds, and what is left for others.
 */
#include "check.h"

#include <sched.h>
#include <stdatomic.h>

static pthread_barrier_t barrier;
static atomic_int reached;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static void say(void *text)
{
	printf("%s: cleanup %s\n", check_case_name, (const char *)text);
}

static char *literal(const char *text)
{
	return (char *)(uintptr_t)text;
}

static void *check_state_and_type(void *unused)
{
	int old;

	(void)unused;
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old), 0);
	CHECK_VALUE(old, PTHREAD_CANCEL_ENABLE);
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old), 0);
	CHECK_VALUE(old, PTHREAD_CANCEL_DISABLE);
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL), 0);
	CHECK(pthread_setcancelstate(99, &old), EINVAL);
	CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old), 0);
	CHECK_VALUE(old, PTHREAD_CANCEL_DEFERRED);
	CHECK(pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &old), 0);
	CHECK_VALUE(old, PTHREAD_CANCEL_ASYNCHRONOUS);
	CHECK(pthread_setcanceltype(99, &old), EINVAL);
	return NULL;
}

/* Requests wait for a cancellation point; what is none goes on. */
static void *cancel_at_testcancel(void *unused)
{
	(void)unused;
	pthread_cleanup_push(say, literal("first pushed"));
	pthread_cleanup_push(say, literal("second pushed"));
	pthread_cleanup_push(say, literal("popped and run"));
	pthread_cleanup_pop(1);
	pthread_cleanup_push(say, literal("popped and not run"));
	pthread_cleanup_pop(0);
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
	atomic_store(&reached, 1);
	pthread_testcancel();
	atomic_store(&reached, 2);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void check_deferred(void)
{
	pthread_t thread;

	CASE("deferred");
	thread = check_start(cancel_at_testcancel, NULL);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread), 0);
	CHECK(pthread_cancel(thread), 0);
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
	CHECK_VALUE(atomic_load(&reached), 1);
}

static void *cancel_when_enabled(void *unused)
{
	struct timespec nothing = { 0, 0 };

	(void)unused;
	REQUIRE(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL));
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	pthread_testcancel();
	REQUIRE(nanosleep(&nothing, NULL));
	printf("%s: survives while disabled\n", check_case_name);
	REQUIRE(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL));
	printf("%s: still runs after enabling\n", check_case_name);
	pthread_testcancel();
	printf("%s: not reached\n", check_case_name);
	return NULL;
}

static void check_disabled(void)
{
	pthread_t thread;

	CASE("disabled");
	thread = check_start(cancel_when_enabled, NULL);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread), 0);
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

static void *cancel_anywhere(void *unused)
{
	(void)unused;
	pthread_cleanup_push(say, literal("of the asynchronous thread"));
	REQUIRE(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL));
	atomic_store(&reached, 1);
	for (;;)
		sched_yield();
	pthread_cleanup_pop(0);
	return NULL;
}

static void check_asynchronous(void)
{
	pthread_t thread;

	CASE("asynchronous");
	atomic_store(&reached, 0);
	thread = check_start(cancel_anywhere, NULL);
	while (!atomic_load(&reached))
		sched_yield();
	REQUIRE(pthread_cancel(thread));
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

/* A request made while deferred acts when the type becomes asynchronous. */
static void *become_asynchronous(void *unused)
{
	(void)unused;
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	printf("%s: before\n", check_case_name);
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL);
	printf("%s: not reached\n", check_case_name);
	return NULL;
}

static void check_becoming_asynchronous(void)
{
	pthread_t thread;

	CASE("pending when made asynchronous");
	thread = check_start(become_asynchronous, NULL);
	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread), 0);
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

/* A thread can cancel itself. */
static void *cancel_self(void *unused)
{
	(void)unused;
	CHECK(pthread_cancel(pthread_self()), 0);
	printf("%s: goes on to the next cancellation point\n", check_case_name);
	pthread_testcancel();
	return NULL;
}

static void unlock(void *locked)
{
	/* The error-checking kind tells whether this thread holds it. */
	CHECK(pthread_mutex_unlock(locked), 0);
}

static pthread_mutex_t checking = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;

static void *wait_for_ever(void *unused)
{
	(void)unused;
	REQUIRE(pthread_mutex_lock(&checking));
	pthread_cleanup_push(unlock, &checking);
	atomic_store(&reached, 1);
	for (;;)
		REQUIRE(pthread_cond_wait(&condition, &checking));
	pthread_cleanup_pop(1);
	return NULL;
}

static void check_condition_wait(void)
{
	pthread_t thread;

	CASE("condition wait");
	atomic_store(&reached, 0);
	thread = check_start(wait_for_ever, NULL);
	/* With the mutex in hand and `reached` set, the thread is in the wait. */
	for (;;) {
		REQUIRE(pthread_mutex_lock(&checking));
		if (atomic_load(&reached))
			break;
		REQUIRE(pthread_mutex_unlock(&checking));
		sched_yield();
	}
	CHECK(pthread_cancel(thread), 0);
	CHECK(pthread_mutex_unlock(&checking), 0);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
	CHECK(pthread_mutex_lock(&checking), 0);
	CHECK(pthread_mutex_unlock(&checking), 0);
}

static void *exit_in_handlers(void *unused)
{
	(void)unused;
	pthread_cleanup_push(say, literal("at exit, outer"));
	pthread_cleanup_push(say, literal("at exit, inner"));
	pthread_exit(&mutex);
	pthread_cleanup_pop(0);
	pthread_cleanup_pop(0);
	return NULL;
}

static void check_exit(void)
{
	CASE("pthread_exit");
	CHECK_TRUE(check_in_thread(exit_in_handlers, NULL) == &mutex);
}

int main(void)
{
	REQUIRE(pthread_barrier_init(&barrier, NULL, 2));
	CASE("state and type");
	check_in_thread(check_state_and_type, NULL);
	check_deferred();
	check_disabled();
	check_asynchronous();
	check_becoming_asynchronous();
	CASE("self");
	CHECK_TRUE(check_in_thread(cancel_self, NULL) == PTHREAD_CANCELED);
	check_condition_wait();
	check_exit();
	return 0;
}
