/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * std::atomic::wait and notify: the value decides, so that it makes no difference whether the
 * notice comes before the wait.
 */
#include <atomic>
#include <cassert>
#include <thread>

static std::atomic<int> stage{ 0 };
static int payload;

int main()
{
	std::thread second([] {
		stage.wait(0);
		assert(payload == 1);
		payload = 2;
		stage.store(2);
		stage.notify_one();
	});

	payload = 1;
	stage.store(1);
	stage.notify_one();
	for (int seen = stage.load(); seen != 2; seen = stage.load())
		stage.wait(seen);
	assert(payload == 2);
	second.join();
	return 0;
}
