/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::barrier with a completion step, which one thread runs between the last arrival and the
 * first departure: it needs no lock of its own.
 */
#include <barrier>
#include <cassert>
#include <thread>
#include <vector>

static int cells[3], sum, rounds;

int main()
{
	auto add_up = []() noexcept {
		for (int cell : cells)
			sum += cell;
		rounds++;
	};
	std::barrier<decltype(add_up)> barrier(3, add_up);
	std::vector<std::thread> threads;

	for (int i = 0; i < 3; i++)
		threads.emplace_back([&barrier, i] {
			for (int round = 1; round <= 2; round++) {
				cells[i] = round;
				barrier.arrive_and_wait();
				assert(rounds >= round && sum >= 3 * round);
				barrier.arrive_and_wait();
			}
		});
	for (std::thread &thread : threads)
		thread.join();
	assert(rounds == 4);
	return 0;
}
