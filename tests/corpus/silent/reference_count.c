/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A reference count dropped with release; the last one passes an acquire fence and frees.
 * Taking a reference may be relaxed: who takes one has one already.
 */
#include <assert.h>
#include <stdatomic.h>
#include "../parallel.h"

struct object {
	atomic_int references;
	int used[3];
};

static struct object *object;

static void drop(struct object *o)
{
	if (atomic_fetch_sub_explicit(&o->references, 1, memory_order_release) != 1)
		return;
	atomic_thread_fence(memory_order_acquire);
	assert(o->used[0] && o->used[1] && o->used[2]);
	free(o);
}

static void *work(void *argument)
{
	atomic_fetch_add_explicit(&object->references, 1, memory_order_relaxed);
	object->used[number_of(argument)] = 1;
	drop(object);
	drop(object);
	return NULL;
}

int main(void)
{
	object = calloc(1, sizeof(*object));
	assert(object);
	atomic_init(&object->references, 3);
	parallel(3, work);
	return 0;
}
