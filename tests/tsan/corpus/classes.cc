// SPDX-License-Identifier: Apache-2.0
// Virtual tables, exceptions through instrumented frames, thread_local, statics, lambdas.
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct shape {
	virtual ~shape();
	virtual int area() const = 0;
	int tag = 1;
};

shape::~shape()
{
	tag = 0;
}

struct square : virtual shape {
	explicit square(int side) : side(side)
	{
	}
	~square() override
	{
		side = 0;
	}
	int area() const override
	{
		return side * side;
	}
	int side;
};

struct guard {
	explicit guard(int *p) : p(p)
	{
		++*p;
	}
	~guard()
	{
		--*p;
	}
	int *p;
};

int may_throw(int *p, int n)
{
	guard g(p);

	if (n > 3)
		throw std::runtime_error("too many");
	return *p + n;
}

int catches(int *p, int n)
{
	try {
		return may_throw(p, n);
	} catch (const std::runtime_error &e) {
		return static_cast<int>(std::string(e.what()).size());
	}
}

int total_area(const std::vector<std::unique_ptr<shape>> &shapes)
{
	int sum = 0;

	for (const auto &s : shapes)
		sum += s->area();
	return sum;
}

std::unique_ptr<shape> make(int side)
{
	return std::make_unique<square>(side);
}

int count_calls()
{
	static std::atomic<int> calls{ 0 };
	thread_local int mine = 0;

	mine++;
	return calls.fetch_add(1, std::memory_order_relaxed) + mine;
}

template <class T> T change(std::atomic<T> &a, T v)
{
	T old = a.load();

	while (!a.compare_exchange_weak(old, old + v, std::memory_order_acq_rel))
		;
	a.store(old, std::memory_order_release);
	return a.exchange(v);
}

template float change(std::atomic<float> &, float);
template double change(std::atomic<double> &, double);
template long change(std::atomic<long> &, long);

int ordering(std::atomic<int> &a, std::memory_order order)
{
	return a.fetch_add(1, order);
}

std::shared_ptr<int> share(const std::shared_ptr<int> &p)
{
	auto other = std::atomic_load(&p);

	return other ? other : p;
}
