/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that grow, who holds what, and the sets of threads. */
#include "fixture.h"
#include "runtime/core/forked.h"
#include "runtime/core/runnable.h"

#define MANY_OBJECTS 5000u
#define MANY_THREADS 600u

static void runnable_set_stays_sorted_whatever_the_order_of_arrival(void **state)
{
	static const thread_id order[] = { 7, 3, 9, 0, 5, 8, 1, 6, 2, 4 };
	struct fixture f;

	(void)state;
	fixture_init_plain(&f);
	for (unsigned int i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		runnable_add(&f.core, order[i]);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(f.core.runnable[i], i);
	runnable_remove(&f.core, 0);
	runnable_remove(&f.core, 9);
	runnable_remove(&f.core, 4);
	assert_int_equal(f.core.runnable_count, 7);
	assert_int_equal(runnable_after(&f.core, 3), 5);
	assert_int_equal(runnable_after(&f.core, 4), 5);
	assert_int_equal(runnable_after(&f.core, 8), 1);
	fixture_release(&f);
}

static void runnable_set_refuses_doubles_and_strangers(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init_plain(&f);
	runnable_add(&f.core, 4);
	expect_assert_failure(runnable_add(&f.core, 4));
	expect_assert_failure(runnable_remove(&f.core, 3));
	fixture_release(&f);
}

static void objects_keep_number_and_state_while_the_table_grows(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init_plain(&f);
	for (uint32_t i = 0; i < MANY_OBJECTS; i++) {
		struct object *object = object_get(&f.core, 64 + i * 8, WIRE_OBJECT_SEM);

		assert_int_equal(object->number, i);
		object->value = i * 3;
	}
	for (uint32_t i = 0; i < MANY_OBJECTS; i++) {
		struct object *object = object_find(&f.core, 64 + i * 8, WIRE_OBJECT_SEM);

		assert_non_null(object);
		assert_int_equal(object->number, i);
		assert_int_equal(object->value, i * 3);
		assert_ptr_equal(object, object_get(&f.core, 64 + i * 8, WIRE_OBJECT_SEM));
	}
	assert_int_equal(f.core.object_count, MANY_OBJECTS);
	fixture_check(&f);
	fixture_release(&f);
}

static void one_address_names_another_object_for_each_kind(void **state)
{
	struct fixture f;
	struct object *mutex, *cond;

	(void)state;
	fixture_init_plain(&f);
	assert_null(object_find(&f.core, 64, WIRE_OBJECT_MUTEX));
	mutex = object_get(&f.core, 64, WIRE_OBJECT_MUTEX);
	cond = object_get(&f.core, 64, WIRE_OBJECT_COND);
	assert_ptr_not_equal(mutex, cond);
	assert_ptr_equal(object_find(&f.core, 64, WIRE_OBJECT_COND), cond);
	assert_null(object_find(&f.core, 64, WIRE_OBJECT_SEM));
	fixture_release(&f);
}

static void recursive_holds_end_with_the_last_release(void **state)
{
	struct fixture f;
	struct thread *main_thread, *other;
	struct object *mutex;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	other = core_thread_new(&f.core, main_thread);
	mutex = object_get(&f.core, 64, WIRE_OBJECT_MUTEX);
	object_hold(&f.core, mutex, main_thread);
	object_hold(&f.core, mutex, main_thread);
	assert_int_equal(mutex->holder_count, 1);
	assert_false(object_release(&f.core, mutex, other->id));
	assert_false(object_release(&f.core, mutex, main_thread->id));
	assert_non_null(object_holder(mutex, main_thread->id));
	assert_true(object_release(&f.core, mutex, main_thread->id));
	assert_null(object_holder(mutex, main_thread->id));
	assert_false(object_release(&f.core, mutex, main_thread->id));
	fixture_release(&f);
}

static void shared_holders_are_released_in_any_order(void **state)
{
	struct fixture f;
	struct thread *threads[3];
	struct object *rwlock;

	(void)state;
	fixture_init_plain(&f);
	rwlock = object_get(&f.core, 64, WIRE_OBJECT_RWLOCK);
	for (int i = 0; i < 3; i++) {
		threads[i] = core_thread_new(&f.core, i ? threads[0] : NULL);
		object_hold(&f.core, rwlock, threads[i]);
	}
	assert_true(object_release(&f.core, rwlock, threads[1]->id));
	assert_null(object_holder(rwlock, threads[1]->id));
	assert_non_null(object_holder(rwlock, threads[0]->id));
	assert_non_null(object_holder(rwlock, threads[2]->id));
	assert_true(object_release(&f.core, rwlock, threads[0]->id));
	assert_true(object_release(&f.core, rwlock, threads[2]->id));
	assert_int_equal(rwlock->holder_count, 0);
	fixture_release(&f);
}

static void a_reset_object_is_as_new_but_for_its_number(void **state)
{
	struct fixture f;
	struct thread *main_thread;
	struct object *object;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	object = object_get(&f.core, 64, WIRE_OBJECT_MUTEX);
	object->initialised = true;
	object->flags = 2;
	object_hold(&f.core, object, main_thread);
	object_reset(object);
	assert_int_equal(object->number, 1);
	assert_int_equal(object->flags, 0);
	assert_int_equal(object->holder_count, 0);
	assert_false(object->initialised);
	fixture_release(&f);
}

static void forgotten_memory_has_no_objects_and_keeps_its_neighbours(void **state)
{
	struct fixture f;
	struct thread *main_thread;
	struct object *inside, *before, *behind, *file;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	before = object_get(&f.core, 1024 - 8, WIRE_OBJECT_MUTEX);
	inside = object_get(&f.core, 1024 + 40, WIRE_OBJECT_MUTEX);
	behind = object_get(&f.core, 1024 + 200, WIRE_OBJECT_SEM);
	file = object_get(&f.core, 1024 + 40, WIRE_OBJECT_FD);
	object_hold(&f.core, inside, main_thread);
	object_hold(&f.core, inside, main_thread);
	object_hold(&f.core, before, main_thread);
	objects_forget(&f.core, 1024, 200);
	assert_null(object_find(&f.core, 1024 + 40, WIRE_OBJECT_MUTEX));
	assert_int_equal(inside->holder_count, 0);
	assert_int_equal(main_thread->held, 1);
	assert_ptr_equal(object_find(&f.core, 1024 - 8, WIRE_OBJECT_MUTEX), before);
	assert_ptr_equal(object_find(&f.core, 1024 + 200, WIRE_OBJECT_SEM), behind);
	assert_ptr_equal(object_find(&f.core, 1024 + 40, WIRE_OBJECT_FD), file);
	assert_ptr_not_equal(object_get(&f.core, 1024 + 40, WIRE_OBJECT_MUTEX), inside);
	for (uint64_t i = 0; i < MANY_OBJECTS; i++)
		object_get(&f.core, 65536 + i * 8, WIRE_OBJECT_FUTEX);
	assert_ptr_not_equal(object_find(&f.core, 1024 + 40, WIRE_OBJECT_MUTEX), inside);
	objects_forget(&f.core, 0, UINT64_MAX);
	assert_null(object_find(&f.core, 65536 + 800, WIRE_OBJECT_FUTEX));
	assert_ptr_equal(object_find(&f.core, 1024 + 40, WIRE_OBJECT_FD), file);
	fixture_release(&f);
}

static void what_threads_wait_for_is_not_forgotten(void **state)
{
	struct fixture f;
	struct object *mutex;

	(void)state;
	fixture_init_plain(&f);
	mutex = object_get(&f.core, 1024, WIRE_OBJECT_MUTEX);
	mutex->first = core_thread_new(&f.core, NULL);
	objects_forget(&f.core, 1024, 8);
	assert_ptr_equal(object_find(&f.core, 1024, WIRE_OBJECT_MUTEX), mutex);
	mutex->first = NULL;
	fixture_release(&f);
}

static void threads_keep_path_and_number_while_the_tables_grow(void **state)
{
	struct fixture f;
	struct thread *main_thread, *parent;
	uint64_t hash;

	(void)state;
	fixture_init_plain(&f);
	main_thread = parent = core_thread_new(&f.core, NULL);
	assert_ptr_equal(f.core.current, main_thread);
	for (uint32_t i = 1; i < MANY_THREADS; i++) {
		struct thread *child = core_thread_new(&f.core, parent);

		assert_int_equal(child->id, i);
		assert_int_equal(child->parent, parent->id);
		if (i % 100 == 0)
			parent = child;
	}
	assert_int_equal(f.result.threads_created, MANY_THREADS);
	assert_int_equal(wire_path_parse("main.100.100.7", &hash), 0);
	assert_int_equal(f.core.threads[207]->path_hash, hash);
	fixture_check(&f);
	fixture_release(&f);
}

static void the_limit_on_threads_is_an_answer_and_no_failure(void **state)
{
	struct fixture f;
	struct thread *main_thread;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	for (uint32_t i = 1; i < CORE_THREADS_MAX; i++)
		assert_non_null(core_thread_new(&f.core, main_thread));
	assert_null(core_thread_new(&f.core, main_thread));
	assert_int_equal(f.core.thread_count, CORE_THREADS_MAX);
	fixture_release(&f);
}

static void a_forked_child_has_one_thread_and_what_others_held_stays_held(void **state)
{
	struct fixture f;
	struct thread *main_thread, *holder, *waiter;
	struct object *mutex;

	(void)state;
	fixture_init_plain(&f);
	main_thread = core_thread_new(&f.core, NULL);
	holder = core_thread_new(&f.core, main_thread);
	waiter = core_thread_new(&f.core, main_thread);
	mutex = object_get(&f.core, 64, WIRE_OBJECT_MUTEX);
	object_hold(&f.core, mutex, holder);
	core_wait(&f.core, waiter, mutex, 1000);
	core_forked(&f.core, main_thread);
	fixture_check(&f);
	assert_int_equal(f.core.runnable_count, 1);
	assert_int_equal(f.core.live_count, 1);
	assert_int_equal(mutex->waiter_count, 0);
	assert_non_null(object_holder(mutex, holder->id));
	core_wait(&f.core, main_thread, mutex, DEADLINE_NEVER);
	assert_null(core_next(&f.core, main_thread));
	assert_false(core_pass_time(&f.core, 0));
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runnable_set_stays_sorted_whatever_the_order_of_arrival),
		cmocka_unit_test(runnable_set_refuses_doubles_and_strangers),
		cmocka_unit_test(objects_keep_number_and_state_while_the_table_grows),
		cmocka_unit_test(one_address_names_another_object_for_each_kind),
		cmocka_unit_test(recursive_holds_end_with_the_last_release),
		cmocka_unit_test(shared_holders_are_released_in_any_order),
		cmocka_unit_test(a_reset_object_is_as_new_but_for_its_number),
		cmocka_unit_test(forgotten_memory_has_no_objects_and_keeps_its_neighbours),
		cmocka_unit_test(what_threads_wait_for_is_not_forgotten),
		cmocka_unit_test(threads_keep_path_and_number_while_the_tables_grow),
		cmocka_unit_test(the_limit_on_threads_is_an_answer_and_no_failure),
		cmocka_unit_test(a_forked_child_has_one_thread_and_what_others_held_stays_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
