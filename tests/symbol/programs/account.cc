// SPDX-License-Identifier: Apache-2.0
// C++: methods, templates, lambdas, and calls made by the library's headers on the user's
// behalf.
#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "capture.h"

namespace bank
{
std::atomic<int> total;

class Account
{
      public:
	explicit Account(int amount) : balance(amount)
	{
	}

	__attribute__((noinline)) void withdraw(int amount)
	{
		std::lock_guard<std::mutex> guard(lock); // mark: lock
		balance -= amount;
		capture_pc("withdraw"); // mark: withdraw
		total++;
	}

	std::mutex lock;
	int balance;
};

template <typename Number> __attribute__((noinline)) void add(Number &to, Number amount)
{
	to += amount;
	capture_pc("add"); // mark: add
	total++;
}

namespace
{
__attribute__((noinline)) void hidden()
{
	capture_pc("hidden"); // mark: hidden
	total++;
}
} // namespace
} // namespace bank

static bank::Account account(10);

int main()
{
	std::vector<int> amounts{ 1, 2, 3 };
	int sum = 0;

	account.withdraw(3);
	bank::add<int>(sum, 4);
	bank::hidden();
	std::for_each(amounts.begin(), amounts.end(), [&](int amount) {
		sum += amount;
		capture_pc("lambda"); // mark: lambda
		bank::total++;
	});
	capture_address("bank::total", &bank::total);
	capture_address("account.balance", &account.balance);
	capture_address("account.lock", &account.lock);
	capture_here();
	capture_write();
	return 0;
}
