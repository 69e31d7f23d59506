/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C++ threads: std::thread, std::jthread with stop tokens, futures, condition_variable_any with
 * a stop token, the standard's mutexes with their timed forms, and shared mutexes.
 */
#include "check.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <shared_mutex>
#include <system_error>
#include <thread>
#include <vector>

/* libc++ has them since version 18. */
#if __has_include(<stop_token>)
#include <stop_token>
#endif

using namespace std::chrono_literals;

#ifdef __cpp_lib_jthread
static void check_jthread()
{
	std::atomic<bool> stopped{ false };
	std::atomic<int> called{ 0 };

	CASE("jthread");
	{
		std::jthread thread([&](std::stop_token token) {
			std::stop_callback callback(token, [&] { called++; });

			while (!token.stop_requested())
				std::this_thread::yield();
			stopped = true;
		});
	}
	CHECK_TRUE(stopped.load());
	CHECK_VALUE(called.load(), 1);
}

static void check_condition_any()
{
	std::mutex mutex;
	std::condition_variable_any condition;
	bool never = false;
	bool satisfied = true;

	CASE("condition_variable_any with a stop token");
	std::jthread waiter([&](std::stop_token token) {
		std::unique_lock lock(mutex);

		satisfied = condition.wait(lock, token, [&] { return never; });
	});
	CHECK_TRUE(waiter.request_stop());
	waiter.join();
	CHECK_TRUE(!satisfied);
	CHECK_TRUE(!waiter.request_stop());
}

#endif

static void check_condition()
{
	std::mutex mutex;
	std::condition_variable condition;
	int stage = 0;

	CASE("condition_variable");
	std::thread other([&] {
		std::unique_lock lock(mutex);

		condition.wait(lock, [&] { return stage == 1; });
		stage = 2;
		condition.notify_all();
	});
	std::unique_lock lock(mutex);
	CHECK_TRUE(!condition.wait_for(lock, 3ms, [&] { return stage == 2; }));
	auto start = std::chrono::steady_clock::now();
	while (condition.wait_until(lock, start + 2ms) != std::cv_status::timeout)
		;
	CHECK_TRUE(std::chrono::steady_clock::now() - start >= 2ms);
	stage = 1;
	condition.notify_one();
	condition.wait(lock, [&] { return stage == 2; });
	CHECK_VALUE(stage, 2);
	lock.unlock();
	other.join();
}

static void check_mutexes()
{
	std::timed_mutex timed;
	std::recursive_timed_mutex recursive;

	CASE("timed mutexes");
	timed.lock();
	recursive.lock();
	CHECK_TRUE(recursive.try_lock_for(1h));
	std::thread([&] {
		CHECK_TRUE(!timed.try_lock());
		CHECK_TRUE(!timed.try_lock_for(2ms));
		CHECK_TRUE(!timed.try_lock_until(std::chrono::system_clock::now() + 2ms));
		CHECK_TRUE(!recursive.try_lock_for(2ms));
	}).join();
	recursive.unlock();
	recursive.unlock();
	timed.unlock();
	std::thread([&] {
		CHECK_TRUE(timed.try_lock_for(1h));
		timed.unlock();
	}).join();

	CASE("several mutexes at once");
	std::mutex first;
	std::mutex second;
	int counter = 0;
	std::thread forth([&] {
		for (int i = 0; i < 20; i++) {
			std::scoped_lock both(first, second);

			counter++;
		}
	});
	for (int i = 0; i < 20; i++) {
		std::scoped_lock both(second, first);

		counter++;
	}
	forth.join();
	CHECK_VALUE(counter, 40);
}

static void check_shared_mutexes()
{
	std::shared_timed_mutex mutex;
	std::atomic<int> readers{ 0 };

	CASE("shared mutex");
	mutex.lock_shared();
	std::thread([&] {
		CHECK_TRUE(mutex.try_lock_shared());
		mutex.unlock_shared();
		CHECK_TRUE(!mutex.try_lock());
		CHECK_TRUE(!mutex.try_lock_for(2ms));
	}).join();
	mutex.unlock_shared();
	mutex.lock();
	std::thread([&] {
		CHECK_TRUE(!mutex.try_lock_shared());
		CHECK_TRUE(!mutex.try_lock_shared_for(2ms));
	}).join();
	mutex.unlock();
	std::vector<std::thread> threads;
	long value = 0;
	for (int i = 0; i < 3; i++)
		threads.emplace_back([&] {
			for (int j = 0; j < 20; j++) {
				std::unique_lock write(mutex);

				value++;
				write.unlock();
				std::shared_lock read(mutex);

				readers += value > 0;
			}
		});
	for (std::thread &thread : threads)
		thread.join();
	CHECK_VALUE(value, 60);
	CHECK_VALUE(readers.load(), 60);
}

static void check_futures()
{
	std::promise<int> promise;
	std::future<int> future = promise.get_future();

	CASE("future");
	CHECK_TRUE(future.wait_for(2ms) == std::future_status::timeout);
	std::thread setter([&] { promise.set_value(7); });
	CHECK_VALUE(future.get(), 7);
	setter.join();
	auto later = std::async(std::launch::async, []() -> int { throw 3; });
	int caught = 0;
	try {
		later.get();
	} catch (int number) {
		caught = number;
	}
	CHECK_VALUE(caught, 3);
	std::packaged_task<int()> task([] { return 9; });
	auto result = task.get_future();
	std::thread(std::move(task)).join();
	CHECK_VALUE(result.get(), 9);
}

static void check_errors()
{
	std::thread thread([] {});
	int code = 0;

	CASE("errors");
	thread.join();
	try {
		thread.join();
	} catch (const std::system_error &error) {
		code = error.code().value();
	}
	CHECK_VALUE(code, EINVAL);
	std::mutex mutex;
	std::unique_lock lock(mutex);
	try {
		lock.lock();
	} catch (const std::system_error &error) {
		code = error.code().value();
	}
	CHECK_VALUE(code, EDEADLK);
}

int main()
{
#ifdef __cpp_lib_jthread
	check_jthread();
	check_condition_any();
#endif
	check_condition();
	check_mutexes();
	check_shared_mutexes();
	check_futures();
	check_errors();
	return 0;
}
