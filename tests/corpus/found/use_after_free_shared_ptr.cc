/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions
 * A raw pointer taken out of a weak_ptr's lock outlives the temporary owner. Twin:
 * silent/weak_ptr.cc
 */
#include <memory>
#include <thread>

int main()
{
	std::shared_ptr<int> owner(new int(3));
	std::weak_ptr<int> watching = owner;
	std::thread watcher([watching] {
		int *raw = watching.lock().get();

		if (raw)
			*raw = 4;
	});

	owner.reset();
	watcher.join();
	return 0;
}
