/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 200 executions
 * main returns while a detached thread still uses a global object, which is destroyed under it.
 */
#include <thread>
#include <vector>

static std::vector<int> numbers(100, 1);

static int add_up()
{
	int sum = 0;

	for (size_t i = 0; i < 3; i++)
		sum += *(numbers.data() + i);
	return sum;
}

int main()
{
	std::thread(add_up).detach();
	return 0;
}
