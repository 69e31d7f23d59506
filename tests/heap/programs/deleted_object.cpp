/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 100 executions of auto
 * A listener is deleted while another thread calls it: its table of virtual functions is read.
 * FIXED: who calls it owns it.
 */
#include <memory>
#include <mutex>
#include <thread>

struct listener {
	virtual ~listener() = default;
	virtual int notify(int event)
	{
		return event + count++;
	}
	int count = 0;
};

struct loud_listener : listener {
	int notify(int event) override
	{
		return -event;
	}
};

static std::mutex lock;
static std::shared_ptr<listener> current;

static void emit()
{
	std::unique_lock<std::mutex> guard(lock);
#ifdef FIXED
	std::shared_ptr<listener> target = current;
#else
	listener *target = current.get();
#endif
	guard.unlock();
	if (target)
		target->notify(1);
}

int main()
{
	current = std::make_shared<loud_listener>();
	std::thread thread(emit);
	{
		std::unique_lock<std::mutex> guard(lock);
		current.reset();
	}
	thread.join();
	return 0;
}
