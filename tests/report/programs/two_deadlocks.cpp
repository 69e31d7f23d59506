/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: deadlock within 300 executions of auto
 * Two deadlocks, of which an execution shows at most one. Without optimisation their locks are
 * taken at one address of the C++ library's headers; still they are two.
 */
#include <mutex>
#include <pthread.h>

static std::mutex first, second;

template <typename Order> static void take_both(Order order)
{
	std::lock_guard<std::mutex> outer(order.outer);
	std::lock_guard<std::mutex> inner(order.inner);
}

struct order {
	std::mutex &outer, &inner;
};

static void *open_files(void *unused)
{
	take_both(order{ first, second });
	return unused;
}

static void *close_files(void *unused)
{
#ifdef FIXED
	take_both(order{ first, second });
#else
	take_both(order{ second, first });
#endif
	return unused;
}

static void *open_sockets(void *unused)
{
	std::lock_guard<std::mutex> outer(first);
	std::lock_guard<std::mutex> inner(second);
	return unused;
}

static void *close_sockets(void *unused)
{
#ifdef FIXED
	std::lock_guard<std::mutex> outer(first);
	std::lock_guard<std::mutex> inner(second);
#else
	std::lock_guard<std::mutex> outer(second);
	std::lock_guard<std::mutex> inner(first);
#endif
	return unused;
}

int main()
{
	void *(*const routines[][2])(
		void *) = { { open_files, close_files }, { open_sockets, close_sockets } };

	for (const auto &pair : routines) {
		pthread_t threads[2];

		for (int i = 0; i < 2; i++)
			pthread_create(&threads[i], nullptr, pair[i], nullptr);
		for (pthread_t thread : threads)
			pthread_join(thread, nullptr);
	}
	return 0;
}
