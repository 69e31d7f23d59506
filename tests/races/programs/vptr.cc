/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * An object is destroyed, which sets its pointer to the virtual table back, while another
 * thread still calls it.
 */
#include <semaphore.h>
#include <thread>

struct Shape {
	virtual int corners() const
	{
		return 0;
	}
	virtual ~Shape()
	{
		sem_destroy(&drawn);
	}
	sem_t drawn;
};

struct Square : Shape {
	Square()
	{
		sem_init(&drawn, 0, 0);
	}
	int corners() const override
	{
		return 4;
	}
	~Square() override
	{
#ifdef FIXED
		sem_wait(&drawn);
#endif
	}
};

static int seen;

int main()
{
	Shape *shape = new Square;
	std::thread drawer([shape] {
		seen = shape->corners();
		sem_post(&shape->drawn);
	});

	shape->Shape::corners();
#ifdef FIXED
	drawer.join();
#endif
	shape->~Shape();
#ifndef FIXED
	drawer.join();
#endif
	::operator delete(shape);
	return seen < 0;
}
