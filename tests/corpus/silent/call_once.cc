/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::call_once whose first call throws: the next caller tries again, and all see what the
 * successful one did.
 */
#include <cassert>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

static std::once_flag flag;
static int attempts;
static std::unique_ptr<int> value;

static void make()
{
	if (++attempts == 1)
		throw std::runtime_error("not yet");
	value = std::make_unique<int>(6);
}

static void use()
{
	for (;;) {
		try {
			std::call_once(flag, make);
			break;
		} catch (const std::runtime_error &) {
		}
	}
	assert(*value == 6);
}

int main()
{
	std::thread first(use), second(use);

	first.join();
	second.join();
	assert(attempts == 2);
	return 0;
}
