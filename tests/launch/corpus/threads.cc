// SPDX-License-Identifier: Apache-2.0
// C++ for `weft c++`: std::thread, exceptions across frames, thread_local with a destructor,
// virtual calls, containers shared under a lock, a once-initialised static.
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace
{
std::atomic<int> destroyed;
std::mutex mutex;
std::condition_variable changed;
std::map<std::string, int> shared;
int turn;

struct guard {
	~guard()
	{
		destroyed++;
	}
	int used = 0;
};

thread_local guard local;

struct shape {
	virtual ~shape() = default;
	virtual int area() const = 0;
};

struct square : shape {
	explicit square(int side) : side(side)
	{
	}
	int area() const override
	{
		return side * side;
	}
	int side;
};

int limit()
{
	static const std::unique_ptr<int> once(new int(7));
	return *once;
}

int risky(int n)
{
	local.used++;
	if (n % 3 == 0)
		throw std::runtime_error("three");
	return std::unique_ptr<shape>(new square(n))->area();
}

void work(int self, int threads)
{
	for (int i = 0; i < limit(); i++) {
		int value;
		try {
			value = risky(i);
		} catch (const std::runtime_error &error) {
			value = static_cast<int>(std::string(error.what()).size());
		}
		std::unique_lock<std::mutex> lock(mutex);
		changed.wait(lock, [&] { return turn % threads == self; });
		shared["sum"] += value;
		shared[std::to_string(self)]++;
		turn++;
		changed.notify_all();
	}
}
} // namespace

int main()
{
	std::vector<std::thread> threads;
	for (int i = 0; i < 3; i++)
		threads.emplace_back(work, i, 3);
	for (std::thread &thread : threads)
		thread.join();
	for (const auto &entry : shared)
		std::printf("%s=%d\n", entry.first.c_str(), entry.second);
	std::printf("%d\n", destroyed.load());
	return 4;
}
