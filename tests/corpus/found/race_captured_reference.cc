/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * A lambda captures the loop's variable by reference: the loop goes on while the thread reads
 * it.
 */
#include <thread>
#include <vector>

int main()
{
	std::vector<std::thread> threads;
	int sums[3] = { 0, 0, 0 };

	for (int i = 0; i < 2; i++)
		threads.emplace_back([&] { sums[i == 0]++; });
	for (std::thread &thread : threads)
		thread.join();
	return 0;
}
