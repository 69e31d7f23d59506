/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * An exception travels from one thread to another as std::exception_ptr, once by a join and
 * once by a future.
 */
#include <cassert>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

static std::string message_of(std::exception_ptr carried)
{
	try {
		std::rethrow_exception(carried);
	} catch (const std::runtime_error &error) {
		return error.what();
	}
}

int main()
{
	std::exception_ptr carried;
	std::promise<void> promise;
	std::future<void> future = promise.get_future();
	std::thread thrower([&] {
		try {
			throw std::runtime_error("first");
		} catch (...) {
			carried = std::current_exception();
		}
		promise.set_exception(std::make_exception_ptr(std::runtime_error("second")));
	});

	try {
		future.get();
		assert(!"the promise holds no value");
	} catch (const std::runtime_error &error) {
		assert(error.what() == std::string("second"));
	}
	thrower.join();
	assert(message_of(carried) == "first");
	return 0;
}
