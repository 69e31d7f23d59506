/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 20 executions
 * The count in a std::shared_ptr is atomic, the pointer itself is not: one thread copies it
 * while another resets it. Twin: silent/shared_ptr.cc
 */
#include <memory>
#include <thread>

static std::shared_ptr<int> shared = std::make_shared<int>(1);

int main()
{
	std::thread copier([] {
		bool held = static_cast<bool>(shared);

		(void)held;
	});

	shared = nullptr;
	copier.join();
	return 0;
}
