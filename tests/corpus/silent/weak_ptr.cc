/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A std::weak_ptr is locked while the owner may let go at any time: one gets the whole object,
 * or nothing.
 */
#include <cassert>
#include <memory>
#include <string>
#include <thread>

int main()
{
	auto owner = std::make_shared<std::string>("a text too long for the short form");
	std::weak_ptr<std::string> watching = owner;
	std::thread watcher([watching] {
		for (int i = 0; i < 2; i++) {
			if (std::shared_ptr<std::string> held = watching.lock())
				assert(held->size() == 34);
		}
	});

	owner.reset();
	watcher.join();
	assert(watching.expired());
	return 0;
}
