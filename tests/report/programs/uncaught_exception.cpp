/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: crash within 200 executions of auto
 * A session is looked for, and got in a second step: an exception that nobody catches.
 */
#include <map>
#include <mutex>
#include <string>
#include <thread>

static std::mutex lock;
static std::map<std::string, int> sessions{ { "alice", 1 } };

static bool has(const std::string &name)
{
	std::lock_guard<std::mutex> guard(lock);

	return sessions.count(name) > 0;
}

static int get(const std::string &name)
{
	std::lock_guard<std::mutex> guard(lock);

#ifdef FIXED
	return sessions.count(name) ? sessions.at(name) : 0;
#else
	return sessions.at(name);
#endif
}

static void use()
{
	if (has("alice"))
		get("alice");
}

static void log_out()
{
	std::lock_guard<std::mutex> guard(lock);

	sessions.erase("alice");
}

int main()
{
	std::thread user(use), owner(log_out);

	user.join();
	owner.join();
}
