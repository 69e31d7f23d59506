/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::async with its own threads: what they wrote is seen after get().
 */
#include <cassert>
#include <future>
#include <numeric>
#include <vector>

int main()
{
	std::vector<int> numbers(8), squares(8);

	std::iota(numbers.begin(), numbers.end(), 1);
	auto square = [&](size_t from, size_t to) {
		for (size_t i = from; i < to; i++)
			squares[i] = numbers[i] * numbers[i];
		return std::accumulate(
			squares.begin() + (long)from, squares.begin() + (long)to, 0);
	};
	auto low = std::async(std::launch::async, square, 0, 4);
	auto high = std::async(std::launch::async, square, 4, 8);

	assert(low.get() + high.get() == 204);
	assert(squares[7] == 64);
	return 0;
}
