/* SPDX-License-Identifier: Apache-2.0 */
/* Which pairs of accesses are races: by kind, by bytes, and which of them are remembered. */
#include "tests/hb/fixture.h"

#define DATA 0x555555560000u

static size_t races_of(enum cell_kind first, enum cell_kind second)
{
	static uint64_t address = DATA;

	address += 8;
	hb.race_count = 0;
	access_as(1, address, 4, first);
	access_as(2, address, 4, second);
	return hb.race_count;
}

static void setup_threads(void)
{
	start(1, 0);
	start(2, 0);
	start(3, 0);
}

static void conflicts_are_as_the_standard_says(void **state)
{
	static const size_t expected[4][4] = {
		[CELL_PLAIN_READ] = { 0, 1, 0, 1 },
		[CELL_PLAIN_WRITE] = { 1, 1, 1, 1 },
		[CELL_ATOMIC_READ] = { 0, 1, 0, 0 },
		[CELL_ATOMIC_WRITE] = { 1, 1, 0, 0 },
	};

	(void)state;
	setup_threads();
	for (enum cell_kind a = CELL_PLAIN_READ; a <= CELL_ATOMIC_WRITE; a++)
		for (enum cell_kind b = CELL_PLAIN_READ; b <= CELL_ATOMIC_WRITE; b++)
			assert_int_equal(races_of(a, b), expected[a][b]);
}

static void every_pair_of_ranges_races_just_when_they_overlap(void **state)
{
	uint64_t address = DATA;

	(void)state;
	setup_threads();
	for (uint32_t a = 0; a < 12; a++)
		for (uint32_t a_size = 1; a_size <= 12; a_size++)
			for (uint32_t b = 0; b < 12; b++) {
				uint32_t b_size = (a_size * 7 + b) % 12 + 1;
				bool overlap = a < b + b_size && b < a + a_size;

				hb.race_count = 0;
				write_by(1, address + a, a_size);
				read_by(2, address + b, b_size);
				assert_int_equal(hb.race_count != 0, overlap);
				address += 32;
			}
}

static void neighbours_in_a_word_are_left_in_peace(void **state)
{
	(void)state;
	setup_threads();
	for (uint32_t round = 0; round < 3; round++) {
		write_by(1, DATA, 1);
		write_by(2, DATA + 1, 1);
		write_by(3, DATA + 2, 2);
		write_by(0, DATA + 4, 4);
	}
	assert_int_equal(hb.race_count, 0);
	read_by(0, DATA, 8);
	assert_int_equal(hb.race_count, 3);
}

static void the_earlier_access_is_told_as_it_was(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA + 2, 2);
	read_by(2, DATA, 8);
	assert_int_equal(hb.race_count, 1);
	assert_int_equal(hb.races[0].earlier.address, DATA + 2);
	assert_int_equal(hb.races[0].earlier.size, 2);
	assert_int_equal(hb.races[0].earlier.thread, 1);
	assert_int_equal(hb.races[0].earlier.kind, CELL_PLAIN_WRITE);
	assert_int_equal(hb.races[0].earlier.pc, 0x555555554001);
	assert_int_equal(hb.races[0].thread, 2);
}

static void all_readers_are_remembered_for_the_writer(void **state)
{
	(void)state;
	setup_threads();
	read_by(1, DATA, 4);
	read_by(2, DATA, 4);
	read_by(3, DATA, 4);
	write_by(0, DATA, 4);
	assert_int_equal(hb.race_count, 3);
}

static void a_read_does_not_hide_the_write_before_it(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 4);
	read_by(1, DATA, 4);
	read_by(2, DATA, 4);
	assert_int_equal(hb.race_count, 1);
	assert_int_equal(hb.races[0].earlier.kind, CELL_PLAIN_WRITE);
}

static void an_atomic_store_does_not_hide_the_plain_one_before_it(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 4);
	store_by(1, DATA, __ATOMIC_RELAXED);
	load_by(2, DATA, __ATOMIC_RELAXED);
	assert_int_equal(hb.race_count, 1);
	assert_int_equal(hb.races[0].earlier.kind, CELL_PLAIN_WRITE);
}

static void a_partial_write_does_not_hide_the_rest_of_an_earlier_one(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 8);
	write_by(1, DATA, 4);
	read_by(2, DATA + 4, 4);
	assert_int_equal(hb.race_count, 1);
}

static void a_thread_never_races_with_itself(void **state)
{
	struct sync lock = { 0 };

	(void)state;
	setup_threads();
	for (uint32_t i = 0; i < 10; i++) {
		write_by(1, DATA + i % 3, 5);
		store_by(1, DATA, __ATOMIC_SEQ_CST);
		read_by(1, DATA, 8);
		release_by(1, &lock);
	}
	assert_int_equal(hb.race_count, 0);
}

static void the_same_again_since_the_last_release_is_known(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 4);
	assert_true(race_known(shadow_granule(&hb.shadow, DATA), &hb.threads[1],
		tag_what(0, 4, CELL_PLAIN_READ)));
	assert_false(race_known(shadow_granule(&hb.shadow, DATA), &hb.threads[1],
		tag_what(0, 8, CELL_PLAIN_READ)));
	assert_false(race_known(shadow_granule(&hb.shadow, DATA), &hb.threads[2],
		tag_what(0, 4, CELL_PLAIN_READ)));
	order_advance(&hb.order, &hb.threads[1]);
	assert_false(race_known(shadow_granule(&hb.shadow, DATA), &hb.threads[1],
		tag_what(0, 4, CELL_PLAIN_READ)));
}

static void memory_with_a_new_owner_starts_afresh(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 64);
	shadow_clear(&hb.shadow, DATA, 64);
	write_by(2, DATA, 64);
	assert_int_equal(hb.race_count, 0);
}

/* The reader's epochs are new, and so is each of its reads. */
static void read_anew(uint64_t address)
{
	order_advance(&hb.order, &hb.threads[2]);
	read_by(2, address, 4);
}

static void a_race_is_told_once_unless_it_is_to_be_told_again(void **state)
{
	(void)state;
	setup_threads();
	write_by(1, DATA, 4);
	write_by(1, DATA + 8, 4);
	hb.tells_once = true;
	hb.wants_again = true;
	read_anew(DATA);
	read_anew(DATA);
	assert_int_equal(hb.race_count, 2);
	hb.wants_again = false;
	read_anew(DATA);
	assert_int_equal(hb.race_count, 3);
	read_anew(DATA);
	assert_int_equal(hb.race_count, 3);
	read_anew(DATA + 8);
	assert_int_equal(hb.race_count, 4);
}

static void a_list_knows_whose_each_of_its_accesses_is(void **state)
{
	struct sync lock = { 0 };

	(void)state;
	setup_threads();
	start(4, 0);
	for (uint32_t thread = 1; thread <= 3; thread++)
		read_by(thread, DATA, 4);
	order_advance(&hb.order, &hb.threads[1]);
	read_by(1, DATA, 4);
	release_by(1, &lock);
	acquire_by(4, &lock);
	read_by(4, DATA, 4);
	read_by(1, DATA, 4);
	write_by(0, DATA, 4);
	assert_int_equal(hb.race_count, 4);
}

static void a_list_ends_when_all_in_it_is_known(void **state)
{
	struct sync locks[4] = { 0 };

	(void)state;
	setup_threads();
	for (uint32_t thread = 1; thread <= 3; thread++) {
		read_by(thread, DATA, 4);
		release_by(thread, &locks[thread]);
	}
	assert_non_null(shadow_list(&hb.shadow, shadow_granule(&hb.shadow, DATA)));
	for (uint32_t thread = 1; thread <= 3; thread++)
		acquire_by(0, &locks[thread]);
	read_by(0, DATA, 4);
	assert_null(shadow_list(&hb.shadow, shadow_granule(&hb.shadow, DATA)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(conflicts_are_as_the_standard_says),
		TEST(every_pair_of_ranges_races_just_when_they_overlap),
		TEST(neighbours_in_a_word_are_left_in_peace),
		TEST(the_earlier_access_is_told_as_it_was),
		TEST(all_readers_are_remembered_for_the_writer),
		TEST(a_read_does_not_hide_the_write_before_it),
		TEST(an_atomic_store_does_not_hide_the_plain_one_before_it),
		TEST(a_partial_write_does_not_hide_the_rest_of_an_earlier_one),
		TEST(a_thread_never_races_with_itself),
		TEST(the_same_again_since_the_last_release_is_known),
		TEST(memory_with_a_new_owner_starts_afresh),
		TEST(a_list_knows_whose_each_of_its_accesses_is),
		TEST(a_list_ends_when_all_in_it_is_known),
		TEST(a_race_is_told_once_unless_it_is_to_be_told_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
