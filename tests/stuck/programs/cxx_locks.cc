// SPDX-License-Identifier: Apache-2.0
// EXPECT: a cycle of a std::mutex and a std::shared_mutex; other threads wait for a latch, an
// atomic and the initialisation of a static variable, which waits for the latch as well.
#include <atomic>
#include <latch>
#include <mutex>
#include <shared_mutex>
#include <thread>

#include <unistd.h>

namespace
{

struct Account {
	std::mutex lock;
};

Account accounts[2];
std::shared_mutex ledger;
std::latch both(2);
std::latch never(1);
std::atomic<int> signal_flag{ 0 };

int initialise()
{
	never.wait();
	return 1;
}

int get_static()
{
	static int value = initialise();
	return value;
}

} // namespace

int main()
{
	std::thread writer([] {
		std::unique_lock hold(ledger);
		both.arrive_and_wait();
		std::lock_guard wait(accounts[1].lock);
	});
	std::thread reader([] {
		std::lock_guard hold(accounts[1].lock);
		both.arrive_and_wait();
		std::shared_lock wait(ledger);
	});
	std::thread first([] { get_static(); });
	std::thread second([] { get_static(); });
	std::thread watcher([] { signal_flag.wait(0); });
	ssize_t written = write(STDOUT_FILENO, "ready\n", 6);

	(void)written;
	writer.join();
	return 0;
}
