/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * A string that one thread appends to, in the C++ library, and another one reads.
 */
#include <mutex>
#include <string>
#include <thread>

static std::string log_lines;
static std::mutex lock;

static void append()
{
#ifdef FIXED
	std::lock_guard<std::mutex> guard(lock);
#endif
	log_lines += "started\n";
}

int main()
{
	std::thread writer(append);
	char first;

	{
#ifdef FIXED
		std::lock_guard<std::mutex> guard(lock);
#endif
		first = log_lines[0];
	}
	writer.join();
	return first == '?';
}
