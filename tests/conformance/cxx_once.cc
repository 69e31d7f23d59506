/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Initialisation in C++: pthread_once and std::call_once whose routine throws are tried again,
 * function-local statics are made once under contention, and a throwing one is tried again.
 */
#include "check.h"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

static constexpr int thread_count = 4;

static std::atomic<int> attempts;
static pthread_once_t posix_once = PTHREAD_ONCE_INIT;
static std::once_flag standard_once;

static void throw_at_first()
{
	if (attempts.fetch_add(1) == 0)
		throw std::runtime_error("first attempt");
}

static int thrown_by(void (*action)())
{
	try {
		action();
	} catch (const std::runtime_error &) {
		return 1;
	}
	return 0;
}

static void check_throwing_once()
{
	/* libc resumes an exception by gcc's unwinder, which can't go on with libc++abi's. */
#ifndef _LIBCPP_VERSION
	CASE("pthread_once that throws");
	CHECK_VALUE(thrown_by([] { pthread_once(&posix_once, throw_at_first); }), 1);
	CHECK_VALUE(thrown_by([] { pthread_once(&posix_once, throw_at_first); }), 0);
	CHECK_VALUE(thrown_by([] { pthread_once(&posix_once, throw_at_first); }), 0);
	CHECK_VALUE(attempts.load(), 2);
#endif

	CASE("std::call_once that throws");
	attempts = 0;
	CHECK_VALUE(thrown_by([] { std::call_once(standard_once, throw_at_first); }), 1);
	CHECK_VALUE(thrown_by([] { std::call_once(standard_once, throw_at_first); }), 0);
	CHECK_VALUE(thrown_by([] { std::call_once(standard_once, throw_at_first); }), 0);
	CHECK_VALUE(attempts.load(), 2);
}

template <class Action> static void in_threads(Action action)
{
	std::vector<std::thread> threads;

	for (int i = 0; i < thread_count; i++)
		threads.emplace_back(action);
	for (std::thread &thread : threads)
		thread.join();
}

static void check_contention()
{
	std::once_flag flag;
	std::atomic<int> runs{ 0 };
	std::atomic<int> thrown{ 0 };
	std::atomic<int> seen{ 0 };

	CASE("std::call_once under contention");
	in_threads([&] {
		std::call_once(flag, [&] { runs++; });
		seen += runs.load();
	});
	CHECK_VALUE(runs.load(), 1);
	CHECK_VALUE(seen.load(), thread_count);

	CASE("throwing std::call_once under contention");
	attempts = 0;
	std::once_flag throwing;
	in_threads([&] {
		try {
			std::call_once(throwing, throw_at_first);
		} catch (const std::runtime_error &) {
			thrown++;
		}
	});
	CHECK_VALUE(attempts.load(), 2);
	CHECK_VALUE(thrown.load(), 1);
}

struct counted {
	static std::atomic<int> made;
	int number;

	counted() : number(made.fetch_add(1) + 1)
	{
		std::this_thread::yield();
	}
};

std::atomic<int> counted::made;

static int local_static()
{
	static counted object;

	return object.number;
}

struct throws_twice {
	static std::atomic<int> tries;

	throws_twice()
	{
		if (tries.fetch_add(1) < 2)
			throw std::runtime_error("not yet");
	}
};

std::atomic<int> throws_twice::tries;

static void use_throwing_static()
{
	static throws_twice object;

	(void)object;
}

static void check_statics()
{
	std::atomic<int> sum{ 0 };
	std::atomic<int> thrown{ 0 };

	CASE("local static under contention");
	in_threads([&] { sum += local_static(); });
	CHECK_VALUE(sum.load(), thread_count);
	CHECK_VALUE(counted::made.load(), 1);

	CASE("local static whose constructor throws");
	in_threads([&] { thrown += thrown_by(use_throwing_static); });
	CHECK_VALUE(thrown.load(), 2);
	CHECK_VALUE(throws_twice::tries.load(), 3);
	CHECK_VALUE(thrown_by(use_throwing_static), 0);
}

struct outer_static {
	int number;

	outer_static() : number(local_static() + 1)
	{
	}
};

static int nested_static()
{
	static outer_static object;

	return object.number;
}

int main()
{
	check_throwing_once();
	check_contention();
	check_statics();
	CASE("local static that uses another");
	CHECK_VALUE(nested_static(), 2);
	return 0;
}
