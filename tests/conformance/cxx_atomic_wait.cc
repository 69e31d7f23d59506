/* SPDX-License-Identifier: Apache-2.0 */
/*
 * C++20: waiting on atomics of every width, atomic_flag, latch, barrier with a completion, and
 * counting semaphores with their timed forms.
 */
#include "check.h"

#include <atomic>
#include <barrier>
#include <chrono>
#include <latch>
#include <semaphore>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

static constexpr int thread_count = 4;

template <class Action> static void in_threads(Action action)
{
	std::vector<std::thread> threads;

	for (int i = 0; i < thread_count; i++)
		threads.emplace_back(action, i);
	for (std::thread &thread : threads)
		thread.join();
}

template <class Integer> static void check_ping_pong()
{
	std::atomic<Integer> turn{ 0 };
	int passed = 0;
	std::thread other([&] {
		for (int i = 0; i < 50; i++) {
			turn.wait(0);
			turn.store(0);
			turn.notify_one();
		}
	});

	for (int i = 0; i < 50; i++) {
		turn.store(1);
		turn.notify_one();
		turn.wait(1);
		passed++;
	}
	other.join();
	CHECK_VALUE(passed, 50);
}

static void check_notify_all()
{
	std::atomic<int> gate{ 0 };
	std::atomic<int> passed{ 0 };

	CASE("notify_all");
	std::thread opener([&] {
		gate.store(1);
		gate.notify_all();
	});
	in_threads([&](int) {
		gate.wait(0);
		passed++;
	});
	opener.join();
	CHECK_VALUE(passed.load(), thread_count);
}

static void check_flag()
{
	std::atomic_flag flag;
	int data = 0;
	int seen = 0;

	CASE("atomic_flag");
	std::thread waiter([&] {
		flag.wait(false);
		seen = data;
	});
	data = 42;
	flag.test_and_set();
	flag.notify_all();
	waiter.join();
	CHECK_VALUE(seen, 42);
	/* A value that differs already is not waited for. */
	flag.wait(false);
	CHECK_TRUE(flag.test());
}

static void check_latch()
{
	std::latch latch(thread_count + 1);
	std::atomic<int> arrived{ 0 };
	std::atomic<int> early{ 0 };

	CASE("latch");
	std::thread last([&] { latch.count_down(); });
	in_threads([&](int) {
		arrived++;
		latch.arrive_and_wait();
		early += arrived.load() != thread_count;
	});
	last.join();
	CHECK_VALUE(early.load(), 0);
	CHECK_TRUE(latch.try_wait());
}

static void check_barrier()
{
	int phases = 0;
	int total = 0;
	std::atomic<int> in_phase{ 0 };
	auto complete = [&]() noexcept {
		phases++;
		total += in_phase.exchange(0);
	};
	std::barrier barrier(thread_count, complete);

	CASE("barrier");
	in_threads([&](int number) {
		for (int i = 0; i < 5; i++) {
			in_phase++;
			barrier.arrive_and_wait();
		}
		/* The first leaves, the others go on without it. */
		if (number == 0) {
			in_phase++;
			barrier.arrive_and_drop();
			return;
		}
		for (int i = 0; i < 2; i++) {
			in_phase++;
			barrier.arrive_and_wait();
		}
	});
	CHECK_VALUE(phases, 7);
	CHECK_VALUE(total, 6 * thread_count + thread_count - 1);
}

static void check_semaphores()
{
	std::counting_semaphore<8> places(2);
	std::binary_semaphore signal(0);
	std::atomic<int> inside{ 0 };
	std::atomic<int> most{ 0 };

	CASE("counting_semaphore");
	in_threads([&](int) {
		for (int i = 0; i < 10; i++) {
			places.acquire();
			int now = ++inside;
			int seen = most.load();

			while (seen < now && !most.compare_exchange_weak(seen, now))
				;
			inside--;
			places.release();
		}
	});
	CHECK_TRUE(most.load() >= 1 && most.load() <= 2);
	CHECK_TRUE(places.try_acquire());
	CHECK_TRUE(places.try_acquire());
	CHECK_TRUE(!places.try_acquire());
	auto start = std::chrono::steady_clock::now();
	CHECK_TRUE(!places.try_acquire_for(3ms));
	CHECK_TRUE(std::chrono::steady_clock::now() - start >= 3ms);
	CHECK_TRUE(!places.try_acquire_until(std::chrono::steady_clock::now() + 2ms));
	places.release(2);
	CHECK_TRUE(places.try_acquire_for(1h));

	CASE("binary_semaphore");
	std::thread releaser([&] { signal.release(); });
	signal.acquire();
	releaser.join();
	CHECK_TRUE(!signal.try_acquire());
}

int main()
{
	CASE("wait on 8 bits");
	check_ping_pong<signed char>();
	CASE("wait on 16 bits");
	check_ping_pong<short>();
	CASE("wait on 32 bits");
	check_ping_pong<int>();
	CASE("wait on 64 bits");
	check_ping_pong<long>();
	check_notify_all();
	check_flag();
	check_latch();
	check_barrier();
	check_semaphores();
	return 0;
}
