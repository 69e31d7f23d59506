/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: use-after-free within 50 executions
 * A reader takes its reference after it has found the object: the owner may have dropped the
 * last one. Twin: silent/reference_count.c
 */
#include <stdatomic.h>
#include "../parallel.h"

struct object {
	atomic_int references;
};

static _Atomic(struct object *) shared;

static void drop(struct object *object)
{
	if (atomic_fetch_sub(&object->references, 1) == 1)
		free(object);
}

static void *use(void *unused)
{
	struct object *object = atomic_load(&shared);

	if (!object)
		return unused;
	atomic_fetch_add(&object->references, 1);
	drop(object);
	return unused;
}

static void *let_go(void *unused)
{
	drop(atomic_exchange(&shared, NULL));
	return unused;
}

int main(void)
{
	struct object *object = calloc(1, sizeof(*object));

	if (!object)
		return 2;
	atomic_init(&object->references, 1);
	atomic_init(&shared, object);
	pthread_t user = start(use, NULL), owner = start(let_go, NULL);

	finish(user);
	finish(owner);
	return 0;
}
