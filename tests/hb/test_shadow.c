/* SPDX-License-Identifier: Apache-2.0 */
/* Shadow memory by itself: cells, lists, clearing, and code addresses. */
#include "tests/hb/fixture.h"

#define DATA 0x7ffff7000000u

static struct cell cell_of(uint32_t n)
{
	return (struct cell){ .tag = n << TAG_EPOCH_SHIFT, .pc = n };
}

static void cells_stay_until_they_are_removed(void **state)
{
	struct granule *granule = shadow_granule(&hb.shadow, DATA);
	struct cell *cells;
	uint32_t count, sum = 0;

	(void)state;
	for (uint32_t i = 1; i <= 100; i++)
		shadow_add(&hb.shadow, granule, cell_of(i));
	cells = shadow_cells(&hb.shadow, granule, &count);
	assert_int_equal(count, 100);
	for (uint32_t i = 0; i < count; i++)
		sum += cells[i].pc;
	assert_int_equal(sum, 5050);
	for (uint32_t i = 100; i-- > 0;) {
		shadow_remove(&hb.shadow, granule, i);
		shadow_cells(&hb.shadow, granule, &count);
		assert_int_equal(count, i);
	}
}

static void the_first_of_two_can_be_removed(void **state)
{
	struct granule *granule = shadow_granule(&hb.shadow, DATA);
	struct cell *cells;
	uint32_t count;

	(void)state;
	shadow_add(&hb.shadow, granule, cell_of(1));
	shadow_add(&hb.shadow, granule, cell_of(2));
	shadow_remove(&hb.shadow, granule, 0);
	cells = shadow_cells(&hb.shadow, granule, &count);
	assert_int_equal(count, 1);
	assert_int_equal(cells[0].pc, 2);
}

static void a_list_is_used_again(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 1000; round++) {
		struct granule *granule = shadow_granule(&hb.shadow, DATA + 8 * round);

		for (uint32_t i = 1; i <= 5; i++)
			shadow_add(&hb.shadow, granule, cell_of(i));
		shadow_clear(&hb.shadow, DATA + 8 * round, 8);
	}
	assert_int_equal(hb.shadow.list_count, 1);
}

static void a_full_list_forgets_its_oldest(void **state)
{
	struct granule *granule = shadow_granule(&hb.shadow, DATA);
	struct cell *cells;
	uint32_t count;

	(void)state;
	for (uint32_t i = 1; i <= 300; i++)
		shadow_add(&hb.shadow, granule, cell_of(i));
	cells = shadow_cells(&hb.shadow, granule, &count);
	assert_int_equal(cells[count - 1].pc, 300);
	assert_int_equal(cells[0].pc, 300 - count + 1);
}

/* Every granule from `first` to `last` is filled, [address, address + size) cleared. */
static void check_clearing(uint64_t address, size_t size)
{
	uint64_t first = address - 64, last = address + size + 64;

	for (uint64_t at = first; at < last; at += 8)
		shadow_add(&hb.shadow, shadow_granule(&hb.shadow, at), cell_of(1));
	shadow_clear(&hb.shadow, address, size);
	for (uint64_t at = first; at < last; at += 8) {
		bool cleared = at + 8 > address && at < address + size;

		assert_int_equal(shadow_granule(&hb.shadow, at)->cells[0].tag == 0, cleared);
	}
	shadow_clear(&hb.shadow, first, last - first);
}

static void exactly_what_was_said_is_cleared(void **state)
{
	(void)state;
	check_clearing(DATA + 4096, 8);
	check_clearing(DATA + 4096, 1);
	check_clearing(DATA + 4096 + 24, 100);
	check_clearing(DATA + 4096 + 24, 1000000);
	check_clearing(DATA + 4096 - 8, 65536);
	/* Over the border between two regions. */
	check_clearing(DATA + SHADOW_REGION_SIZE - 1024, 2048);
	check_clearing(DATA + SHADOW_REGION_SIZE - 65536, 65536 * 3);
}

static void memory_without_shadow_is_cleared_for_nothing(void **state)
{
	(void)state;
	shadow_clear(&hb.shadow, 0x10000, UINT64_C(1) << 40);
	shadow_clear(&hb.shadow, UINT64_MAX - 4096, 8192);
	assert_int_equal(hb.shadow.pool_used, 0);
}

static void an_address_of_the_kernel_has_none(void **state)
{
	(void)state;
	assert_null(shadow_granule(&hb.shadow, UINT64_C(0xffffffffff600000)));
	assert_false(hb.shadow.exhausted);
}

static void without_room_an_access_is_not_seen(void **state)
{
	(void)state;
	hb.shadow.pool_size = SHADOW_PIECE_SIZE;
	assert_non_null(shadow_granule(&hb.shadow, DATA));
	assert_null(shadow_granule(&hb.shadow, DATA + SHADOW_REGION_SIZE));
	assert_true(hb.shadow.exhausted);
	start(1, 0);
	write_by(0, DATA + SHADOW_REGION_SIZE, 8);
	write_by(1, DATA + SHADOW_REGION_SIZE, 8);
	assert_int_equal(hb.race_count, 0);
}

static void freed_memory_is_told_until_it_is_used_again(void **state)
{
	(void)state;
	shadow_free(&hb.shadow, DATA + 16, 20, 77);
	read_by(0, DATA + 8, 8);
	assert_int_equal(hb.freed_count, 0);
	read_by(0, DATA + 35, 1);
	assert_int_equal(hb.freed_count, 1);
	assert_int_equal(hb.freed_block, 77);
	shadow_clear(&hb.shadow, DATA + 16, 20);
	read_by(0, DATA + 16, 8);
	assert_int_equal(hb.freed_count, 1);
}

static void code_addresses_come_back_whole(void **state)
{
	static const uint64_t addresses[] = { 0x401234, 0x555555555abc, 0x7ffff7fc1234 };

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		assert_int_equal(
			shadow_pc(&hb.shadow, shadow_pc_shorten(&hb.shadow, addresses[i])),
			addresses[i]);
}

static void from_too_many_places_an_address_is_not_known(void **state)
{
	(void)state;
	for (uint64_t window = 1; window <= SHADOW_PC_WINDOWS; window++)
		assert_int_not_equal(
			shadow_pc_shorten(&hb.shadow, window << SHADOW_PC_BITS | 1), 0);
	assert_int_equal(shadow_pc_shorten(&hb.shadow, UINT64_C(1) << 45 | 1), 0);
	assert_int_equal(shadow_pc(&hb.shadow, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cells_stay_until_they_are_removed),
		TEST(the_first_of_two_can_be_removed),
		TEST(a_list_is_used_again),
		TEST(a_full_list_forgets_its_oldest),
		TEST(exactly_what_was_said_is_cleared),
		TEST(memory_without_shadow_is_cleared_for_nothing),
		TEST(an_address_of_the_kernel_has_none),
		TEST(without_room_an_access_is_not_seen),
		TEST(freed_memory_is_told_until_it_is_used_again),
		TEST(code_addresses_come_back_whole),
		TEST(from_too_many_places_an_address_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
