/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 200 executions of auto
 * An exception is thrown in one thread and read in others; the last of them to let it go frees
 * it, as counts say that only the C++ library sees.
 */
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

static size_t read(const std::shared_future<int> &result)
{
	try {
		return (size_t)result.get();
	} catch (const std::runtime_error &error) {
		return std::string(error.what()).size();
	}
}

int main()
{
	std::promise<int> promise;
	std::shared_future<int> result = promise.get_future().share();
	size_t length[2];
	std::thread thrower([&promise] {
		try {
			throw std::runtime_error(std::string(100, 'x'));
		} catch (...) {
			promise.set_exception(std::current_exception());
		}
	});
	std::thread reader([result, &length] { length[0] = read(result); });

	length[1] = read(result);
	result = std::shared_future<int>();
	thrower.join();
	reader.join();
	return length[0] != 100 || length[1] != 100;
}
