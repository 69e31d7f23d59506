/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::latch: counting down happens before the return of the waits.
 */
#include <cassert>
#include <latch>
#include <thread>
#include <vector>

int main()
{
	std::latch parts_done(2), go_home(1);
	int parts[2] = { 0, 0 };
	std::vector<std::thread> workers;

	for (int i = 0; i < 2; i++)
		workers.emplace_back([&, i] {
			parts[i] = i + 1;
			parts_done.count_down();
			go_home.wait();
		});
	parts_done.wait();
	assert(parts[0] + parts[1] == 3);
	go_home.count_down();
	for (std::thread &worker : workers)
		worker.join();
	return 0;
}
