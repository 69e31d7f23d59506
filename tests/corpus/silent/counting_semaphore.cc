/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::counting_semaphore lets two threads into a room of two places; which place is chosen
 * under a lock, and its content has one user at a time.
 */
#include <cassert>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

static std::counting_semaphore<2> places(2);
static std::mutex lock;
static bool taken[2];
static int uses[2];

static void visit()
{
	/*
	 * Not acquire(): in libstdc++ 11 and 12 it may sleep on a value that it read long ago,
	 * and that has come again, so that nobody wakes it (GCC bug 104928).
	 */
	while (!places.try_acquire())
		std::this_thread::yield();
	lock.lock();
	int place = taken[0] ? 1 : 0;

	assert(!taken[place]);
	taken[place] = true;
	lock.unlock();
	uses[place]++;
	lock.lock();
	taken[place] = false;
	lock.unlock();
	places.release();
}

int main()
{
	std::vector<std::thread> visitors;

	for (int i = 0; i < 3; i++)
		visitors.emplace_back(visit);
	for (std::thread &visitor : visitors)
		visitor.join();
	assert(uses[0] + uses[1] == 3);
	return 0;
}
