/* SPDX-License-Identifier: Apache-2.0 */
/* weft_check() in tests of GoogleTest, whose EXPECT_ lets a test that fails go on. */
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include "weft/weft.h"

static std::atomic<int> hits;

static void hit()
{
#ifdef FIXED
	hits++;
#else
	hits = hits + 1;
#endif
}

static void count_hits(void *)
{
	hits = 0;
	std::thread first(hit), second(hit);

	first.join();
	second.join();
	EXPECT_EQ(hits.load(), 2);
}

TEST(Hits, NothingIsLost)
{
	weft_check(count_hits, nullptr);
}

TEST(Hits, ALambdaWillDo)
{
	int calls = 0;

	weft_check([](void *argument) { ++*static_cast<int *>(argument); }, &calls);
	EXPECT_EQ(calls, 1);
}

int main(int argc, char **argv)
{
	testing::InitGoogleTest(&argc, argv);
	return RUN_ALL_TESTS();
}
