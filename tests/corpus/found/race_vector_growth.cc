/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A reader walks a std::vector that another thread makes grow; only the writer locks.
 */
#include <mutex>
#include <thread>
#include <vector>

static std::mutex lock;
static std::vector<int> numbers(1, 5);

int main()
{
	std::thread writer([] {
		std::lock_guard<std::mutex> guard(lock);

		numbers.reserve(16);
	});
	size_t room = numbers.capacity();

	writer.join();
	return room > 100;
}
