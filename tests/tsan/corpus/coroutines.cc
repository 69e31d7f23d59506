// SPDX-License-Identifier: Apache-2.0
// A generator: frames on the heap, entered and left in the middle.
#include <coroutine>
#include <exception>

struct generator {
	struct promise_type {
		int value = 0;

		generator get_return_object()
		{
			return { std::coroutine_handle<promise_type>::from_promise(*this) };
		}
		std::suspend_always initial_suspend()
		{
			return {};
		}
		std::suspend_always final_suspend() noexcept
		{
			return {};
		}
		std::suspend_always yield_value(int v)
		{
			value = v;
			return {};
		}
		void return_void()
		{
		}
		void unhandled_exception()
		{
			std::terminate();
		}
	};

	std::coroutine_handle<promise_type> handle;
};

generator count(int *from, int to)
{
	for (; *from < to; ++*from)
		co_yield *from;
}

int sum(int *from, int to)
{
	generator g = count(from, to);
	int total = 0;

	while (g.handle.resume(), !g.handle.done())
		total += g.handle.promise().value;
	g.handle.destroy();
	return total;
}
