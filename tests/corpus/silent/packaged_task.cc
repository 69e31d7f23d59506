/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Packaged tasks go through a locked queue to a worker; shared futures bring the results to two
 * readers.
 */
#include <cassert>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

static std::mutex lock;
static std::deque<std::packaged_task<int()>> tasks;

static void work()
{
	std::lock_guard<std::mutex> guard(lock);

	while (!tasks.empty()) {
		tasks.front()();
		tasks.pop_front();
	}
}

int main()
{
	std::packaged_task<int()> task([] { return 21; });
	std::shared_future<int> future = task.get_future().share();

	tasks.push_back(std::move(task));
	std::thread worker(work);
	std::thread reader([future] { assert(future.get() == 21); });

	assert(future.get() == 21);
	reader.join();
	worker.join();
	return 0;
}
