/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::promise and std::future: setting the value happens before the get() that returns it, for
 * what else was written before, too.
 */
#include <cassert>
#include <future>
#include <thread>

static int beside;

int main()
{
	std::promise<int> promise;
	std::future<int> future = promise.get_future();
	std::thread setter([&promise] {
		beside = 2;
		promise.set_value(40);
	});

	assert(future.get() + beside == 42);
	setter.join();
	return 0;
}
