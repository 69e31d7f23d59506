/* SPDX-License-Identifier: Apache-2.0 */
/* Shadow memory by itself: cells, lists, clearing, and code addresses. */
#include "tests/hb/fixture.h"

#define DATA 0x7ffff7000000u

static struct cell cell_of(uint32_t n)
{
	return (struct cell){ .tag = n << TAG_EPOCH_SHIFT, .pc = n };
}

/* A list of that many cells, numbered from 1. */
static struct cell_list *list_of(struct granule *granule, uint32_t count)
{
	static const uint32_t keys[2] = { 101, 102 };
	struct cell_list *list;

	granule->cells[0] = cell_of(1);
	granule->cells[1] = cell_of(2);
	list = shadow_list_new(&hb.shadow, granule, keys);
	for (uint32_t i = 3; i <= count; i++)
		shadow_list_add(&hb.shadow, list, cell_of(i), 100 + i);
	assert_ptr_equal(list, shadow_list(&hb.shadow, granule));
	return list;
}

static void cells_stay_until_they_are_removed(void **state)
{
	struct cell_list *list = list_of(shadow_granule(&hb.shadow, DATA), 100);
	uint32_t sum = 0;

	(void)state;
	assert_int_equal(list->count, 100);
	for (uint32_t i = 0; i < list->count; i++) {
		assert_int_equal(list->keys[i], 100 + list->cells[i].pc);
		sum += list->cells[i].pc;
	}
	assert_int_equal(sum, 5050);
	for (uint32_t i = 100; i-- > 0;) {
		shadow_list_remove(list, i / 2);
		assert_int_equal(list->count, i);
		for (uint32_t left = 0; left < i; left++)
			assert_int_equal(list->keys[left], 100 + list->cells[left].pc);
	}
}

static void a_list_of_two_ends(void **state)
{
	struct granule *granule = shadow_granule(&hb.shadow, DATA);
	struct cell_list *list = list_of(granule, 3);

	(void)state;
	shadow_list_remove(list, 0);
	shadow_list_end(&hb.shadow, granule);
	assert_null(shadow_list(&hb.shadow, granule));
	assert_int_equal(granule->cells[0].pc, 3);
	assert_int_equal(granule->cells[1].pc, 2);
	shadow_list_end(&hb.shadow, granule);
	assert_int_equal(granule->cells[0].pc, 3);
	list = list_of(granule, 3);
	for (uint32_t i = 3; i-- > 0;)
		shadow_list_remove(list, i);
	shadow_list_end(&hb.shadow, granule);
	assert_int_equal(granule->cells[0].tag, 0);
	assert_int_equal(granule->cells[1].tag, 0);
}

static void a_list_knows_its_kinds(void **state)
{
	struct cell_list *list = list_of(shadow_granule(&hb.shadow, DATA), 2);
	struct cell cell = cell_of(3);

	(void)state;
	assert_int_equal(list->kinds, 1u << CELL_PLAIN_READ);
	cell.tag |= CELL_ATOMIC_WRITE;
	shadow_list_add(&hb.shadow, list, cell, 103);
	assert_int_equal(list->kinds, 1u << CELL_PLAIN_READ | 1u << CELL_ATOMIC_WRITE);
}

static void a_list_is_used_again(void **state)
{
	(void)state;
	for (uint32_t round = 0; round < 1000; round++) {
		list_of(shadow_granule(&hb.shadow, DATA + 8 * round), 5);
		shadow_clear(&hb.shadow, DATA + 8 * round, 8);
	}
	assert_int_equal(hb.shadow.list_count, 1);
}

static void a_full_list_forgets_its_oldest(void **state)
{
	struct cell_list *list = list_of(shadow_granule(&hb.shadow, DATA), 300);

	(void)state;
	assert_int_equal(list->cells[list->count - 1].pc, 300);
	assert_int_equal(list->cells[0].pc, 300 - list->count + 1);
	assert_int_equal(list->keys[0], 100 + list->cells[0].pc);
}

/* Every granule from `first` to `last` is filled, [address, address + size) cleared. */
static void check_clearing(uint64_t address, size_t size)
{
	uint64_t first = address - 64, last = address + size + 64;

	for (uint64_t at = first; at < last; at += 8)
		shadow_granule(&hb.shadow, at)->cells[0] = cell_of(1);
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

/* In the middle of a large freed block; and what of it is told before and behind. */
static void check_around(uint64_t start, size_t size)
{
	size_t told = hb.freed_count;

	read_by(0, start - 8, 8);
	read_by(0, start + size, 8);
	assert_int_equal(hb.freed_count, told);
	write_by(0, start, 1);
	read_by(0, start + size - 1, 1);
	write_by(0, start + size / 2 + 3, 2);
	assert_int_equal(hb.freed_count, told + 3);
}

static void a_large_freed_block_is_told_without_marks(void **state)
{
	size_t size = 1000000;
	size_t used = hb.shadow.pool_used;
	uint32_t block = 0;

	(void)state;
	shadow_free(&hb.shadow, DATA, size, 77);
	assert_int_equal(hb.shadow.pool_used, used);
	assert_true(shadow_find_freed(&hb.shadow, DATA + 500, 1, &block));
	assert_int_equal(block, 77);
	assert_false(shadow_find_freed(&hb.shadow, DATA - 8, 8, &block));
	check_around(DATA, size);
	assert_int_equal(hb.freed_block, 77);
	shadow_clear(&hb.shadow, DATA, size);
	assert_int_equal(hb.shadow.freed.count, 0);
	assert_int_equal(hb.shadow.freed.span, 0);
	write_by(0, DATA + 500, 8);
	assert_int_equal(hb.freed_count, 3);
}

static void of_a_large_freed_block_a_part_is_used_again(void **state)
{
	(void)state;
	shadow_free(&hb.shadow, DATA, 65536 * 3, 7);
	shadow_free(&hb.shadow, DATA + 65536 * 4, 65536 * 2, 8);
	/* A byte stands for its granule, as with marks. */
	shadow_clear(&hb.shadow, DATA + 65536 + 1, 65536 - 2);
	check_around(DATA, 65536);
	check_around(DATA + 65536 * 2, 65536);
	assert_int_equal(hb.freed_block, 7);
	shadow_free(&hb.shadow, DATA + 65536 * 2, 65536 * 3, 9);
	check_around(DATA + 65536 * 2, 65536 * 4);
	assert_int_equal(hb.freed_block, 9);
	write_by(0, DATA + 65536 * 6 - 8, 8);
	assert_int_equal(hb.freed_block, 8);
	shadow_clear(&hb.shadow, DATA - 4096, 65536 * 8);
	assert_int_equal(hb.shadow.freed.count, 0);
}

/* More than there is room for at first, freed from the last to the first. */
static void many_large_freed_blocks_are_told_apart(void **state)
{
	(void)state;
	for (uint32_t i = 100; i-- > 0;)
		shadow_free(&hb.shadow, DATA + 131072 * i, 65536, i);
	for (uint32_t i = 0; i < 100; i++) {
		check_around(DATA + 131072 * i, 65536);
		assert_int_equal(hb.freed_block, i);
	}
	for (uint32_t i = 0; i < 100; i += 2)
		shadow_clear(&hb.shadow, DATA + 131072 * i, 65536);
	assert_int_equal(hb.shadow.freed.count, 50);
	hb.freed_count = 0;
	for (uint32_t i = 0; i < 100; i++)
		read_by(0, DATA + 131072 * i + 8, 8);
	assert_int_equal(hb.freed_count, 50);
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
		TEST(a_list_of_two_ends),
		TEST(a_list_knows_its_kinds),
		TEST(a_list_is_used_again),
		TEST(a_full_list_forgets_its_oldest),
		TEST(exactly_what_was_said_is_cleared),
		TEST(memory_without_shadow_is_cleared_for_nothing),
		TEST(an_address_of_the_kernel_has_none),
		TEST(without_room_an_access_is_not_seen),
		TEST(freed_memory_is_told_until_it_is_used_again),
		TEST(a_large_freed_block_is_told_without_marks),
		TEST(of_a_large_freed_block_a_part_is_used_again),
		TEST(many_large_freed_blocks_are_told_apart),
		TEST(code_addresses_come_back_whole),
		TEST(from_too_many_places_an_address_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
