/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * thread_local objects: each thread has its own, and the destructor hands its sum over under a
 * lock when the thread ends.
 */
#include <cassert>
#include <mutex>
#include <thread>
#include <vector>

static std::mutex lock;
static int total;

struct counter {
	int count = 0;

	~counter()
	{
		std::lock_guard<std::mutex> guard(lock);

		total += count;
	}
};

static thread_local counter mine;

int main()
{
	std::vector<std::thread> threads;

	for (int i = 1; i <= 3; i++)
		threads.emplace_back([i] { mine.count += i; });
	for (std::thread &thread : threads)
		thread.join();
	assert(total == 6);
	return 0;
}
