/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads made by the constructor of a static object, before main, and joined by its
 * destructor, after main; exit handlers and a thread_local's destructor in between take the
 * same mutex.
 */
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace
{

std::mutex mutex;

class worker
{
      public:
	worker() : thread([this] { run(); })
	{
		std::unique_lock<std::mutex> lock(own);
		changed.wait(lock, [this] { return started; });
		std::puts("constructor: the worker runs");
	}
	~worker()
	{
		{
			std::lock_guard<std::mutex> lock(own);
			stopping = true;
			changed.notify_all();
		}
		thread.join();
		std::lock_guard<std::mutex> lock(mutex);
		std::printf("destructor: the worker did %d jobs\n", done);
	}
	void order(int jobs)
	{
		std::lock_guard<std::mutex> lock(own);
		wanted += jobs;
		changed.notify_all();
	}

      private:
	void run()
	{
		std::unique_lock<std::mutex> lock(own);

		started = true;
		changed.notify_all();
		for (;;) {
			changed.wait(lock, [this] { return wanted || stopping; });
			if (!wanted)
				return;
			wanted--;
			done++;
		}
	}
	std::mutex own;
	std::condition_variable changed;
	bool started = false, stopping = false;
	int wanted = 0, done = 0;
	std::thread thread;
};

worker background;

struct last_words {
	const char *who;
	~last_words()
	{
		std::lock_guard<std::mutex> lock(mutex);
		std::printf("thread_local of %s\n", who);
	}
};

thread_local last_words words = { "nobody" };

void at_exit()
{
	std::lock_guard<std::mutex> lock(mutex);
	std::puts("exit handler");
	background.order(2);
}

void on_exit_with(int status, void *argument)
{
	std::thread([] { words.who = "a thread of an exit handler"; }).join();
	std::lock_guard<std::mutex> lock(mutex);
	std::printf("%s with status %d\n", static_cast<const char *>(argument), status);
}

} // namespace

int main()
{
	static char text[] = "on_exit handler";

	words.who = "main";
	std::atexit(at_exit);
	on_exit(on_exit_with, text);
	background.order(3);
	std::puts("main returns");
	return 5;
}
