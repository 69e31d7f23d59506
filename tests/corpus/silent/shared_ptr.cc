/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Copies of a std::shared_ptr in several threads: the object is destroyed once, after
 * everybody's last use. Its count is atomic; each thread has a pointer of its own.
 */
#include <cassert>
#include <memory>
#include <thread>
#include <vector>

static int destroyed;

struct object {
	int cells[3] = { 0, 0, 0 };

	~object()
	{
		assert(cells[0] + cells[1] + cells[2] == 6);
		destroyed++;
	}
};

int main()
{
	auto shared = std::make_shared<object>();
	std::vector<std::thread> threads;

	for (int i = 0; i < 3; i++)
		threads.emplace_back([i, mine = shared]() mutable {
			mine->cells[i] = i + 1;
			mine.reset();
		});
	shared.reset();
	for (std::thread &thread : threads)
		thread.join();
	assert(destroyed == 1);
	return 0;
}
