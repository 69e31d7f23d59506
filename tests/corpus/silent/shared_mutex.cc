/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A cache behind std::shared_mutex: looked up with the shared lock, filled with the exclusive
 * one after a second look.
 */
#include <cassert>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>

static std::shared_mutex lock;
static std::map<std::string, int> cache;

static int length_of(const std::string &text)
{
	{
		std::shared_lock<std::shared_mutex> reading(lock);
		auto found = cache.find(text);

		if (found != cache.end())
			return found->second;
	}
	std::unique_lock<std::shared_mutex> writing(lock);

	return cache.emplace(text, (int)text.size()).first->second;
}

int main()
{
	std::thread first([] { assert(length_of("abc") == 3); });
	std::thread second([] { assert(length_of("abc") == 3 && length_of("de") == 2); });

	first.join();
	second.join();
	assert(cache.size() == 2);
	return 0;
}
