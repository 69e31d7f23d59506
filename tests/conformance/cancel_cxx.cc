/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cancellation and pthread_exit in C++: the stack is unwound, destructors run, catch (...) sees
 * the unwinding and has to let it go on, and cleanup handlers are called in order with
 * destructors.
 */
#include "check.h"

#include <cxxabi.h>
#include <new>

static pthread_barrier_t barrier;
static pthread_mutex_t mutex = PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static bool waiting;

class noted
{
      public:
	explicit noted(const char *what) : name(what)
	{
	}
	~noted()
	{
		printf("%s: destroys %s\n", check_case_name, name);
	}
	noted(const noted &) = delete;
	noted &operator=(const noted &) = delete;

      private:
	const char *name;
};

static void say(void *text)
{
	printf("%s: cleanup %s\n", check_case_name, static_cast<char *>(text));
}

static char inner_text[] = "inner";

static void *cancelled(void *)
{
	noted outer("outer object");

	try {
		noted inner("inner object");

		pthread_cleanup_push(say, inner_text);
		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		pthread_testcancel();
		pthread_cleanup_pop(0);
	} catch (abi::__forced_unwind &) {
		printf("%s: forced unwinding passes\n", check_case_name);
		throw;
	}
	return nullptr;
}

static void check_cancelled()
{
	pthread_t thread = check_start(cancelled, nullptr);

	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread), 0);
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

[[noreturn]] static void leave(void *value)
{
	noted local("object of the function that exits");

	pthread_exit(value);
}

static void *exiting(void *value)
{
	noted outer("outer object");

	try {
		leave(value);
	} catch (...) {
		printf("%s: catch (...) sees it\n", check_case_name);
		throw;
	}
}

static void *exiting_after_catch(void *value)
{
	try {
		throw 1;
	} catch (int number) {
		noted local("object of the handler");

		CHECK_VALUE(number, 1);
		pthread_exit(value);
	}
	return nullptr;
}

class unlocker
{
      public:
	~unlocker()
	{
		CHECK(pthread_mutex_unlock(&mutex), 0);
	}
};

static void *waits(void *)
{
	REQUIRE(pthread_mutex_lock(&mutex));
	unlocker at_end;

	waiting = true;
	for (;;)
		REQUIRE(pthread_cond_wait(&condition, &mutex));
	return nullptr;
}

/* The mutex is held when the destructors run. */
static void check_condition_wait()
{
	pthread_t thread = check_start(waits, nullptr);

	for (;;) {
		REQUIRE(pthread_mutex_lock(&mutex));
		if (waiting)
			break;
		REQUIRE(pthread_mutex_unlock(&mutex));
		sched_yield();
	}
	CHECK(pthread_cancel(thread), 0);
	REQUIRE(pthread_mutex_unlock(&mutex));
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
	CHECK(pthread_mutex_lock(&mutex), 0);
	CHECK(pthread_mutex_unlock(&mutex), 0);
}

/* An exception of the thread's own is caught as always while a request is pending. */
static void *throws_while_pending(void *)
{
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	try {
		noted local("object of the try block");

		throw std::bad_alloc();
	} catch (std::bad_alloc &) {
		printf("%s: catches its own exception\n", check_case_name);
	}
	pthread_testcancel();
	return nullptr;
}

static void check_throws_while_pending()
{
	pthread_t thread = check_start(throws_while_pending, nullptr);

	pthread_barrier_wait(&barrier);
	CHECK(pthread_cancel(thread), 0);
	pthread_barrier_wait(&barrier);
	CHECK_TRUE(check_join(thread) == PTHREAD_CANCELED);
}

int main()
{
	int value;

	REQUIRE(pthread_barrier_init(&barrier, nullptr, 2));
	CASE("cancelled");
	check_cancelled();
	CASE("pthread_exit");
	CHECK_TRUE(check_in_thread(exiting, &value) == &value);
	CASE("pthread_exit in a handler");
	CHECK_TRUE(check_in_thread(exiting_after_catch, &value) == &value);
	CASE("condition wait");
	check_condition_wait();
	CASE("exception while a request is pending");
	check_throws_while_pending();
	return 0;
}
