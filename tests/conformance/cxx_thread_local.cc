/* SPDX-License-Identifier: Apache-2.0 */
/*
 * thread_local: constructed at first use in each thread, destroyed at the thread's end in
 * reverse order, before thread-specific data; also one made by another's destructor. And
 * exceptions: each thread's own, across frames, nested, and carried to another thread.
 */
#include "check.h"

#include <atomic>
#include <exception>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct noted {
	const char *name;

	explicit noted(const char *what) : name(what)
	{
		printf("%s: makes %s\n", check_case_name, name);
	}
	~noted()
	{
		printf("%s: destroys %s\n", check_case_name, name);
	}
	noted(const noted &) = delete;
	noted &operator=(const noted &) = delete;
};

static thread_local noted first_object("first");
static thread_local noted second_object("second");
static thread_local int counter = 5;
static pthread_key_t key;

static void touch_lazily()
{
	static thread_local noted lazy("lazy");

	(void)lazy.name;
}

struct late {
	~late()
	{
		static thread_local noted made_late("made by a destructor");

		(void)made_late.name;
	}
};

static void forget(void *)
{
	printf("%s: thread-specific destructor\n", check_case_name);
}

static void *use_objects(void *)
{
	REQUIRE(pthread_setspecific(key, &key));
	CHECK_VALUE(counter, 5);
	counter++;
	CHECK_TRUE(first_object.name != second_object.name);
	touch_lazily();
	touch_lazily();
	CHECK_VALUE(counter, 6);
	return nullptr;
}

static void *use_late(void *)
{
	static thread_local late object;

	(void)&object;
	printf("%s: in the thread\n", check_case_name);
	return nullptr;
}

static void *use_and_exit(void *)
{
	touch_lazily();
	pthread_exit(nullptr);
}

static void check_thread_local()
{
	CASE("thread_local");
	REQUIRE(pthread_key_create(&key, forget));
	check_in_thread(use_objects, nullptr);
	CHECK_VALUE(counter, 5);
	CASE("thread_local made at the end");
	check_in_thread(use_late, nullptr);
	CASE("thread_local at pthread_exit");
	check_in_thread(use_and_exit, nullptr);
	REQUIRE(pthread_key_delete(key));
}

__attribute__((noinline)) static void throw_below(int depth)
{
	std::string local(static_cast<size_t>(depth), 'x');

	if (!depth)
		throw std::runtime_error("from the bottom");
	throw_below(depth - 1);
}

/* Every thread is in the middle of its own handler while the others throw. */
static void check_exceptions_in_parallel()
{
	std::vector<std::thread> threads;
	std::atomic<int> right{ 0 };

	CASE("exceptions in parallel");
	for (int i = 0; i < 4; i++)
		threads.emplace_back([&, i] {
			for (int j = 0; j < 5; j++) {
				try {
					throw_below(10 + i);
				} catch (const std::runtime_error &error) {
					std::this_thread::yield();
					try {
						throw i;
					} catch (int number) {
						std::this_thread::yield();
						right += number == i;
					}
					right += std::string(error.what()) == "from the bottom";
				}
			}
			right += std::uncaught_exceptions() == 0;
		});
	for (std::thread &thread : threads)
		thread.join();
	CHECK_VALUE(right.load(), 4 * 11);
}

static void check_carried_exception()
{
	std::exception_ptr carried;

	CASE("exception carried to another thread");
	std::thread([&] {
		try {
			throw std::out_of_range("far");
		} catch (...) {
			carried = std::current_exception();
		}
	}).join();
	bool caught = false;
	try {
		std::rethrow_exception(carried);
	} catch (const std::out_of_range &error) {
		caught = std::string(error.what()) == "far";
	}
	CHECK_TRUE(caught);
}

int main()
{
	check_thread_local();
	check_exceptions_in_parallel();
	check_carried_exception();
	return 0;
}
