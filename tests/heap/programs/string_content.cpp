/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions of auto
 * The content of a string is read after its lock was left, when another thread may have set it
 * anew. FIXED: it is copied under the lock.
 */
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

static std::mutex lock;
static std::string name(100, 'a');

static size_t length()
{
	std::unique_lock<std::mutex> guard(lock);
#ifdef FIXED
	std::string copy = name;
#else
	const char *copy = name.c_str();
#endif
	guard.unlock();
#ifdef FIXED
	return copy.size();
#else
	return strlen(copy);
#endif
}

static void set_name()
{
	std::unique_lock<std::mutex> guard(lock);
	name = std::string(200, 'b');
}

int main()
{
	std::thread thread(set_name);
	size_t size = length();

	thread.join();
	return size < 100;
}
