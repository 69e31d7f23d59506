/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * Copies of a shared_ptr count together without a race; assigning to one that others copy from
 * is one.
 */
#include <memory>
#include <thread>

static std::shared_ptr<const int> config = std::make_shared<const int>(1);

int main()
{
	auto read = [] {
		std::shared_ptr<const int> own = config;

		return *own;
	};
	std::thread reader(read);
	std::thread other([read] {
#ifdef FIXED
		read();
#else
		config = std::make_shared<const int>(2);
#endif
	});

	reader.join();
	other.join();
	return *config < 1;
}
