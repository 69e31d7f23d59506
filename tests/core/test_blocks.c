/* SPDX-License-Identifier: Apache-2.0 */
/* The table of heap blocks and its quarantine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "runtime/core/blocks.h"

#define ARENA_SIZE (64u << 20)

struct table {
	struct arena arena;
	struct blocks blocks;
	void *memory;
};

static struct table *table_new(uint64_t size_max, uint32_t count_max)
{
	struct table *table = calloc(1, sizeof(*table));

	table->memory = calloc(1, ARENA_SIZE);
	arena_init(&table->arena, table->memory, ARENA_SIZE);
	blocks_init(&table->blocks, &table->arena, size_max, count_max);
	return table;
}

static void table_free(struct table *table)
{
	free(table->memory);
	free(table);
}

static struct block *add(struct table *table, uint64_t address, uint64_t size)
{
	struct block *block = blocks_add(&table->blocks, address);

	block->size = block->room = size;
	return block;
}

static void a_block_is_found_by_its_start_until_it_is_removed(void **state)
{
	struct table *table = table_new(1000, 10);

	(void)state;
	assert_null(blocks_find(&table->blocks, 64));
	for (uint64_t i = 1; i <= 100000; i++)
		add(table, i * 16, 16);
	for (uint64_t i = 1; i <= 100000; i += 2)
		blocks_remove(&table->blocks, blocks_find(&table->blocks, i * 16));
	for (uint64_t i = 1; i <= 100000; i++) {
		struct block *block = blocks_find(&table->blocks, i * 16);

		assert_true((block != NULL) == (i % 2 == 0));
		if (block)
			assert_ptr_equal(block, blocks_get(&table->blocks,
							blocks_number(&table->blocks, block)));
	}
	assert_null(blocks_find(&table->blocks, 24));
	table_free(table);
}

static void numbers_are_used_again(void **state)
{
	struct table *table = table_new(1000, 10);
	size_t used;

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		blocks_remove(&table->blocks, add(table, 16 + i * 32, 8));
	used = table->arena.used;
	for (uint64_t i = 0; i < 100000; i++)
		blocks_remove(&table->blocks, add(table, 16 + i * 32, 8));
	assert_int_equal(table->arena.used, used);
	table_free(table);
}

static void the_oldest_leaves_the_quarantine_first(void **state)
{
	struct table *table = table_new(100, 3);
	struct block *block;

	(void)state;
	for (uint64_t i = 1; i <= 3; i++)
		blocks_free(&table->blocks, add(table, i * 16, 10));
	assert_null(blocks_leave(&table->blocks));
	blocks_free(&table->blocks, add(table, 4 * 16, 10));
	block = blocks_leave(&table->blocks);
	assert_int_equal(block->address, 16);
	blocks_remove(&table->blocks, block);
	assert_null(blocks_leave(&table->blocks));
	assert_int_equal(blocks_find(&table->blocks, 32)->state, BLOCK_FREED);
	table_free(table);
}

static void bytes_are_bounded_as_well(void **state)
{
	struct table *table = table_new(100, 1000);
	uint64_t kept = 0;

	(void)state;
	for (uint64_t i = 1; i <= 50; i++) {
		struct block *block = add(table, i * 64, i % 20 + 1);

		kept += block->room;
		blocks_free(&table->blocks, block);
		while ((block = blocks_leave(&table->blocks))) {
			kept -= block->room;
			blocks_remove(&table->blocks, block);
		}
		assert_true(kept <= 100);
	}
	table_free(table);
}

static void what_would_drive_out_most_is_not_kept(void **state)
{
	struct table *table = table_new(100, 10);
	struct table *none = table_new(0, 0);

	(void)state;
	assert_true(blocks_keep(&table->blocks, 25));
	assert_false(blocks_keep(&table->blocks, 26));
	assert_false(blocks_keep(&none->blocks, 0));
	table_free(none);
	table_free(table);
}

static void a_pointer_into_a_block_leads_to_it(void **state)
{
	struct table *table = table_new(100, 10);
	struct block *freed = add(table, 160, 20), *live = add(table, 320, 20);
	uint64_t budget = 1000, little = 1;

	(void)state;
	blocks_free(&table->blocks, freed);
	assert_ptr_equal(blocks_around(&table->blocks, 179, &budget), freed);
	assert_ptr_equal(blocks_around(&table->blocks, 330, &budget), live);
	assert_null(blocks_around(&table->blocks, 340, &budget));
	assert_null(blocks_around(&table->blocks, 180, &budget));
	assert_int_equal(budget, 1000 - 8);
	assert_null(blocks_around(&table->blocks, 330, &little));
	table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_is_found_by_its_start_until_it_is_removed),
		cmocka_unit_test(numbers_are_used_again),
		cmocka_unit_test(the_oldest_leaves_the_quarantine_first),
		cmocka_unit_test(bytes_are_bounded_as_well),
		cmocka_unit_test(what_would_drive_out_most_is_not_kept),
		cmocka_unit_test(a_pointer_into_a_block_leads_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
