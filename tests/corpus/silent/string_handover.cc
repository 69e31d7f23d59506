/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Strings moved through a locked queue: their buffers belong to one thread at a time.
 */
#include <cassert>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <string>
#include <thread>

static std::mutex lock;
static std::condition_variable filled;
static std::queue<std::string> lines;

static void send(std::string line)
{
	{
		std::lock_guard<std::mutex> guard(lock);

		lines.push(std::move(line));
	}
	filled.notify_one();
}

static std::string receive()
{
	std::unique_lock<std::mutex> guard(lock);

	filled.wait(guard, [] { return !lines.empty(); });
	std::string line = std::move(lines.front());

	lines.pop();
	return line;
}

int main()
{
	std::thread sender([] {
		send("short");
		send(std::string(100, 'x'));
	});

	assert(receive() + " " == "short ");
	assert(receive().append("y").size() == 101);
	sender.join();
	return 0;
}
