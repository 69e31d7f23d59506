/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 50 executions
 * An object's destructor runs, and changes its virtual table pointer, while another thread
 * calls a virtual function.
 */
#include <atomic>
#include <new>
#include <thread>

struct base {
	virtual ~base() = default;
	virtual int kind() const
	{
		return 1;
	}
};

struct derived : base {
	~derived() override
	{
	}
	int kind() const override
	{
		return 2;
	}
};

alignas(derived) static char storage[sizeof(derived)];

int main()
{
	base *object = new (storage) derived;
	std::thread caller([object] { (void)object->kind(); });

	object->~base();
	caller.join();
	return 0;
}
