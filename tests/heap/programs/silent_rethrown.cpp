/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * Threads rethrow and drop one exception, which carries a string, through pointers of their
 * own.
 */
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

static std::mutex lock;
static std::exception_ptr shared;

static std::exception_ptr take()
{
	std::unique_lock<std::mutex> guard(lock);

	return shared;
}

static void rethrow()
{
	std::exception_ptr own = take();

	if (!own)
		return;
	try {
		std::rethrow_exception(own);
	} catch (const std::logic_error &error) {
		volatile char first = error.what()[0];

		(void)first;
	}
}

static void forget()
{
	std::unique_lock<std::mutex> guard(lock);
	std::exception_ptr own = std::move(shared);

	guard.unlock();
}

int main()
{
	shared = std::make_exception_ptr(std::logic_error(std::string(80, 'y')));
	std::thread first(rethrow), second(rethrow), third(forget);

	first.join();
	second.join();
	third.join();
	return 0;
}
