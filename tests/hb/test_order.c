/* SPDX-License-Identifier: Apache-2.0 */
/* What is ordered and what is not: each test writes in one thread and reads in another. */
#include "tests/hb/fixture.h"

#define DATA 0x555555560000u
#define FLAG 0x555555561000u

static void two_children(void)
{
	start(1, 0);
	start(2, 0);
}

static void assert_races(size_t count)
{
	assert_int_equal(hb.race_count, count);
}

static void a_creator_comes_before_its_thread(void **state)
{
	(void)state;
	write_by(0, DATA, 4);
	start(1, 0);
	read_by(1, DATA, 4);
	assert_races(0);
	write_by(0, DATA, 4);
	assert_races(1);
}

static void a_thread_comes_before_who_joined_it(void **state)
{
	(void)state;
	start(1, 0);
	write_by(1, DATA, 4);
	end(1);
	join(0, 1);
	write_by(0, DATA, 4);
	assert_races(0);
}

static void an_end_that_nobody_joined_orders_nothing(void **state)
{
	(void)state;
	start(1, 0);
	write_by(1, DATA, 4);
	end(1);
	write_by(0, DATA, 4);
	assert_races(1);
}

static void a_slot_used_again_keeps_old_races_apart(void **state)
{
	(void)state;
	start(1, 0);
	start(2, 0);
	write_by(1, DATA, 4);
	end(1);
	join(0, 1);
	start(3, 0);
	assert_int_equal(hb.threads[3].slot, hb.threads[1].slot);
	write_by(3, DATA, 4);
	assert_races(0);
	/* Thread 2 knows of neither. */
	read_by(2, DATA, 4);
	assert_races(1);
	assert_int_equal(hb.races[0].earlier.thread, 3);
}

static void a_slot_is_not_used_again_by_who_did_not_join(void **state)
{
	(void)state;
	start(1, 0);
	end(1);
	start(2, 0);
	assert_int_not_equal(hb.threads[2].slot, hb.threads[1].slot);
}

static void a_lock_orders_and_its_absence_does_not(void **state)
{
	struct sync lock = { 0 };

	(void)state;
	two_children();
	acquire_by(1, &lock);
	write_by(1, DATA, 4);
	release_by(1, &lock);
	acquire_by(2, &lock);
	write_by(2, DATA, 4);
	release_by(2, &lock);
	assert_races(0);
	write_by(1, DATA, 4);
	assert_races(1);
}

static void what_follows_a_release_is_not_ordered_by_it(void **state)
{
	struct sync lock = { 0 };

	(void)state;
	two_children();
	release_by(1, &lock);
	write_by(1, DATA, 4);
	acquire_by(2, &lock);
	read_by(2, DATA, 4);
	assert_races(1);
}

/* Publishes by `store` and reads by `load`, with fences before and after where not relaxed. */
static void publish(int release_fence, int store, int load, int acquire_fence)
{
	two_children();
	write_by(1, DATA, 4);
	if (release_fence != __ATOMIC_RELAXED)
		fence_by(1, release_fence);
	store_by(1, FLAG, store);
	load_by(2, FLAG, load);
	if (acquire_fence != __ATOMIC_RELAXED)
		fence_by(2, acquire_fence);
	read_by(2, DATA, 4);
}

static void release_and_acquire_publish(void **state)
{
	(void)state;
	publish(__ATOMIC_RELAXED, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	assert_races(0);
}

static void sequentially_consistent_operations_publish(void **state)
{
	(void)state;
	publish(__ATOMIC_RELAXED, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED);
	assert_races(0);
}

static void a_relaxed_load_acquires_nothing(void **state)
{
	(void)state;
	publish(__ATOMIC_RELAXED, __ATOMIC_RELEASE, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	assert_races(1);
}

static void a_relaxed_store_publishes_nothing(void **state)
{
	(void)state;
	publish(__ATOMIC_RELAXED, __ATOMIC_RELAXED, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	assert_races(1);
}

static void two_fences_make_relaxed_operations_publish(void **state)
{
	(void)state;
	publish(__ATOMIC_RELEASE, __ATOMIC_RELAXED, __ATOMIC_RELAXED, __ATOMIC_ACQUIRE);
	assert_races(0);
}

static void a_release_fence_alone_is_not_enough(void **state)
{
	(void)state;
	publish(__ATOMIC_RELEASE, __ATOMIC_RELAXED, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	assert_races(1);
}

static void an_acquire_fence_takes_in_a_release_store(void **state)
{
	(void)state;
	publish(__ATOMIC_RELAXED, __ATOMIC_RELEASE, __ATOMIC_RELAXED, __ATOMIC_SEQ_CST);
	assert_races(0);
}

static void an_acquire_fence_publishes_nothing(void **state)
{
	(void)state;
	publish(__ATOMIC_ACQUIRE, __ATOMIC_RELAXED, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	assert_races(1);
}

static void an_update_by_another_thread_continues_the_release_sequence(void **state)
{
	(void)state;
	two_children();
	start(3, 0);
	write_by(1, DATA, 4);
	store_by(1, FLAG, __ATOMIC_RELEASE);
	update_by(2, FLAG, __ATOMIC_RELAXED);
	load_by(3, FLAG, __ATOMIC_ACQUIRE);
	read_by(3, DATA, 4);
	assert_races(0);
	/* The one in between acquired nothing itself. */
	read_by(2, DATA, 4);
	assert_races(1);
}

static void a_store_by_another_thread_ends_the_release_sequence(void **state)
{
	(void)state;
	two_children();
	start(3, 0);
	write_by(1, DATA, 4);
	store_by(1, FLAG, __ATOMIC_RELEASE);
	store_by(2, FLAG, __ATOMIC_RELAXED);
	load_by(3, FLAG, __ATOMIC_ACQUIRE);
	read_by(3, DATA, 4);
	assert_races(1);
}

static void a_store_by_the_same_thread_continues_it(void **state)
{
	(void)state;
	two_children();
	write_by(1, DATA, 4);
	store_by(1, FLAG, __ATOMIC_RELEASE);
	store_by(1, FLAG, __ATOMIC_RELAXED);
	load_by(2, FLAG, __ATOMIC_ACQUIRE);
	read_by(2, DATA, 4);
	assert_races(0);
}

static void each_head_of_a_sequence_is_continued_by_its_own_thread_only(void **state)
{
	(void)state;
	two_children();
	start(3, 0);
	write_by(1, DATA, 4);
	store_by(1, FLAG, __ATOMIC_RELEASE);
	write_by(2, DATA + 8, 4);
	update_by(2, FLAG, __ATOMIC_RELEASE);
	store_by(2, FLAG, __ATOMIC_RELAXED);
	load_by(3, FLAG, __ATOMIC_ACQUIRE);
	read_by(3, DATA + 8, 4);
	assert_races(0);
	read_by(3, DATA, 4);
	assert_races(1);
}

static void a_store_read_from_orders_the_initialisation_of_its_own_location(void **state)
{
	(void)state;
	two_children();
	write_by(1, FLAG, 4);
	store_by(1, FLAG, __ATOMIC_RELEASE);
	load_by(2, FLAG, __ATOMIC_ACQUIRE);
	assert_races(0);
}

static void a_counter_of_references_orders_the_last_owner(void **state)
{
	(void)state;
	two_children();
	write_by(1, DATA, 8);
	update_by(1, FLAG, __ATOMIC_RELEASE);
	update_by(2, FLAG, __ATOMIC_ACQ_REL);
	write_by(2, DATA, 8);
	assert_races(0);
}

static void more_heads_than_are_kept_apart_still_publish(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 20; i++)
		start(i, 0);
	for (uint32_t i = 1; i < 20; i++) {
		write_by(i, DATA + 8 * i, 8);
		update_by(i, FLAG, __ATOMIC_RELEASE);
	}
	load_by(20, FLAG, __ATOMIC_ACQUIRE);
	for (uint32_t i = 1; i < 20; i++)
		read_by(20, DATA + 8 * i, 8);
	assert_races(0);
}

static void whoever_joined_all_knows_all(void **state)
{
	(void)state;
	assert_true(order_knows_all(&hb.order, &hb.threads[0]));
	start(1, 0);
	assert_false(order_knows_all(&hb.order, &hb.threads[0]));
	end(1);
	assert_false(order_knows_all(&hb.order, &hb.threads[0]));
	join(0, 1);
	assert_true(order_knows_all(&hb.order, &hb.threads[0]));
}

/* More locations than are at hand at a time. */
static void each_location_publishes_what_was_released_there(void **state)
{
	(void)state;
	two_children();
	for (uint32_t i = 0; i < 1000; i++) {
		write_by(1, DATA + 0x10000 + 8 * i, 4);
		store_by(1, FLAG + 8 * i, __ATOMIC_RELEASE);
	}
	for (uint32_t i = 0; i < 1000; i += 2) {
		hb.race_count = 0;
		load_by(2, FLAG + 8 * i, __ATOMIC_ACQUIRE);
		read_by(2, DATA + 0x10000 + 8 * i, 4);
		assert_races(0);
		read_by(2, DATA + 0x10000 + 8 * (i + 1), 4);
		assert_races(1);
	}
}

static void when_epochs_run_out_nothing_is_accused(void **state)
{
	(void)state;
	two_children();
	hb.order.last = EPOCH_LAST;
	release_by(1, &hb.ends[1]);
	assert_true(hb.order.exhausted);
	write_by(1, DATA, 4);
	write_by(2, DATA, 4);
	assert_races(0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_creator_comes_before_its_thread),
		TEST(a_thread_comes_before_who_joined_it),
		TEST(an_end_that_nobody_joined_orders_nothing),
		TEST(a_slot_used_again_keeps_old_races_apart),
		TEST(a_slot_is_not_used_again_by_who_did_not_join),
		TEST(a_lock_orders_and_its_absence_does_not),
		TEST(what_follows_a_release_is_not_ordered_by_it),
		TEST(release_and_acquire_publish),
		TEST(sequentially_consistent_operations_publish),
		TEST(a_relaxed_load_acquires_nothing),
		TEST(a_relaxed_store_publishes_nothing),
		TEST(two_fences_make_relaxed_operations_publish),
		TEST(a_release_fence_alone_is_not_enough),
		TEST(an_acquire_fence_takes_in_a_release_store),
		TEST(an_acquire_fence_publishes_nothing),
		TEST(an_update_by_another_thread_continues_the_release_sequence),
		TEST(a_store_by_another_thread_ends_the_release_sequence),
		TEST(a_store_by_the_same_thread_continues_it),
		TEST(each_head_of_a_sequence_is_continued_by_its_own_thread_only),
		TEST(a_store_read_from_orders_the_initialisation_of_its_own_location),
		TEST(a_counter_of_references_orders_the_last_owner),
		TEST(more_heads_than_are_kept_apart_still_publish),
		TEST(whoever_joined_all_knows_all),
		TEST(each_location_publishes_what_was_released_there),
		TEST(when_epochs_run_out_nothing_is_accused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
