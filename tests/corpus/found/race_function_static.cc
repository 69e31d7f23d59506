/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * Making a static local is safe; using it without a lock afterwards is not. Twin:
 * silent/static_local.cc
 */
#include <thread>

static int next_id()
{
	static int id = [] { return 100; }();

	return id++;
}

int main()
{
	std::thread first(next_id), second(next_id);

	first.join();
	second.join();
	return 0;
}
