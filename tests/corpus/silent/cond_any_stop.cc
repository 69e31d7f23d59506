/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::jthread with a stop token: asking it to stop wakes its wait on a condition_variable_any.
 */
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

static std::mutex lock;
static std::condition_variable_any changed;
static int jobs, done;

static void work(std::stop_token stop)
{
	std::unique_lock<std::mutex> guard(lock);

	while (changed.wait(guard, stop, [] { return jobs > 0; })) {
		jobs--;
		done++;
	}
}

int main()
{
	{
		std::jthread worker(work);
		std::lock_guard<std::mutex> guard(lock);

		jobs = 2;
		changed.notify_one();
	}
	assert(done >= 0 && done + jobs == 2);
	return 0;
}
