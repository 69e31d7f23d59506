// SPDX-License-Identifier: Apache-2.0
// EXPECT: the same output in every schedule: virtual calls and destructors, exceptions through
// instrumented frames, thread_local objects, shared pointers, static initialisers, containers.
#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

static std::atomic<int> alive{ 0 };
static std::mutex mutex;
static std::vector<std::string> lines;

struct shape {
	shape()
	{
		alive++;
	}
	virtual ~shape()
	{
		alive--;
	}
	virtual int area() const = 0;
};

struct square : virtual shape {
	explicit square(int side) : side(side)
	{
	}
	~square() override
	{
		side = 0;
	}
	int area() const override
	{
		return side * side;
	}
	int side;
};

static int descend(int depth)
{
	square s(depth);

	if (depth == 0)
		throw std::runtime_error("bottom");
	return descend(depth - 1) + s.area();
}

struct counter {
	~counter()
	{
		std::lock_guard<std::mutex> guard(mutex);
		lines.push_back("thread counted " + std::to_string(count));
	}
	int count = 0;
};

static const std::map<int, std::string> &names()
{
	static const std::map<int, std::string> map{ { 0, "zero" }, { 1, "one" },
		{ 2, "two" } };

	return map;
}

static void work(int number, std::shared_ptr<shape> shared)
{
	thread_local counter mine;
	std::string text;

	for (int i = 0; i < 5; i++) {
		mine.count += shared->area();
		try {
			descend(i + number);
		} catch (const std::exception &e) {
			text += e.what()[0];
		}
	}
	std::lock_guard<std::mutex> guard(mutex);
	lines.push_back(names().at(number) + text);
}

int main()
{
	std::vector<std::thread> threads;
	auto shared = std::make_shared<square>(3);

	for (int i = 0; i < 3; i++)
		threads.emplace_back(work, i, shared);
	for (auto &thread : threads)
		thread.join();
	shared.reset();
	std::sort(lines.begin(), lines.end());
	for (const auto &line : lines)
		std::cout << line << '\n';
	std::cout << "alive " << alive << '\n';
}
