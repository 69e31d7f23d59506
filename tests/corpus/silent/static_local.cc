/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A static local object is made by the first caller while the others wait (C++11 [stmt.dcl]).
 */
#include <cassert>
#include <thread>
#include <vector>

static int made;

struct table {
	std::vector<int> squares;

	table()
	{
		made++;
		for (int i = 0; i < 5; i++)
			squares.push_back(i * i);
	}
};

static const table &table_get()
{
	static const table instance;

	return instance;
}

int main()
{
	std::vector<std::thread> threads;

	for (int i = 0; i < 3; i++)
		threads.emplace_back([] { assert(table_get().squares[4] == 16); });
	for (std::thread &thread : threads)
		thread.join();
	assert(made == 1);
	return 0;
}
