/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * Two locks taken by std::scoped_lock in either order: it tries and backs off, so that there is
 * no deadlock.
 */
#include <cassert>
#include <mutex>
#include <thread>

struct account {
	std::mutex lock;
	int balance = 10;
};

static void transfer(account &from, account &to, int amount)
{
	std::scoped_lock both(from.lock, to.lock);

	from.balance -= amount;
	to.balance += amount;
}

int main()
{
	account a, b;
	std::thread there([&] { transfer(a, b, 3); });
	std::thread back([&] { transfer(b, a, 2); });

	there.join();
	back.join();
	assert(a.balance == 9 && b.balance == 11);
	return 0;
}
