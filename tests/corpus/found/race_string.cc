/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A std::string appended to while another thread takes its size. Twin:
 * silent/string_handover.cc
 */
#include <string>
#include <thread>

static std::string text = "start";

int main()
{
	std::thread appender([] { text += " and more than fits into the short form"; });
	size_t size = text.size();

	appender.join();
	return size > 1000;
}
