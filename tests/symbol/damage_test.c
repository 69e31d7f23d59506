/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Damaged input: the map and the stacks come out of the memory of a program that may have
 * written over them. Everything is driven by one seed, so that a failure comes again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "common/hash.h"
#include "tests/symbol/snapshot.h"
#include "tool/symbol/data.h"
#include "tool/symbol/location.h"
#include "tool/symbol/maps.h"
#include "tool/symbol/unwind.h"

#define MAX_FRAMES 32
#define MAP_ROUNDS 20000
#define SYMBOL_ROUNDS 40
#define STACK_ROUNDS 3000

static struct program program;

static uint64_t draw(uint64_t *seed, uint64_t bound)
{
	*seed += 0x9e3779b97f4a7c15u;
	return hash_mix(*seed) % bound;
}

static int set_up(void **state)
{
	(void)state;
	program_build(&program, "gcc -g -O2 -I" PROGRAMS, "bank.c");
	program_run(&program, "sort");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	program_release(&program);
	return 0;
}

/* Some bytes become others, preferably ones that mean something; the end may be lost. */
static size_t damage_text(uint64_t *seed, char *text, size_t len)
{
	static const char pieces[] = "0123456789abcdef-- \n\n/[]xrwps(";
	uint64_t changes = draw(seed, 12);

	for (; changes && len; changes--)
		text[draw(seed, len)] = pieces[draw(seed, sizeof(pieces))];
	if (draw(seed, 4) == 0)
		len = draw(seed, len + 1);
	return len;
}

static void damaged_maps_give_separate_files(void **state)
{
	char *text = malloc(program.maps_len);
	uint64_t seed = 1;
	int round;

	(void)state;
	for (round = 0; round < MAP_ROUNDS; round++) {
		struct mapped_file *files;
		struct arena arena = { 0 };
		size_t count;
		size_t len;
		size_t i;

		memcpy(text, program.maps, program.maps_len);
		len = damage_text(&seed, text, program.maps_len);
		assert_int_equal(maps_parse(text, len, &arena, &files, &count), 0);
		for (i = 0; i < count; i++) {
			assert_true(files[i].start < files[i].end);
			assert_true(i == 0 || files[i - 1].end <= files[i].start);
		}
		free(files);
		arena_release(&arena);
	}
	free(text);
}

static void use_everything(struct symbols *symbols, uint64_t *seed)
{
	struct symbol_frame frames[MAX_FRAMES];
	struct symbol_range range;
	uint64_t offset = draw(seed, 4096);
	char name[64];
	size_t i;

	for (i = 0; i < program.note_count; i++) {
		symbols_frames(symbols, program.notes[i].address + offset, true, frames, 4);
		symbols_data(
			symbols, program.notes[i].address + offset * 8, name, sizeof(name));
	}
	symbols_find_location(symbols, "main", "bank.c", 30 + (uint32_t)offset % 40, &range, 1);
	assert_in_range(
		symbols_unwind(symbols, program.stack, program.stack_len, frames, MAX_FRAMES),
		1, MAX_FRAMES);
}

static void damaged_maps_do_no_harm(void **state)
{
	char *text = malloc(program.maps_len);
	uint64_t seed = 2;
	int round;

	(void)state;
	for (round = 0; round < SYMBOL_ROUNDS; round++) {
		struct symbols *symbols;
		size_t len;

		memcpy(text, program.maps, program.maps_len);
		len = damage_text(&seed, text, program.maps_len);
		symbols = symbols_new(text, len, &(struct diag){ 0 });
		assert_non_null(symbols);
		use_everything(symbols, &seed);
		symbols_free(symbols);
	}
	free(text);
}

/* Some words become zero, any number, addresses within the stack, or what other words are. */
static void damage_stack(uint64_t *seed, struct wire_stack *stack)
{
	uint64_t *words = (uint64_t *)stack;
	uint64_t word_count = program.stack_len / sizeof(*words);
	uint64_t near = word_count < 200 ? word_count : 200;
	uint64_t changes = 1 + draw(seed, 20);

	for (; changes; changes--) {
		uint64_t *word = &words[draw(seed, draw(seed, 2) ? near : 8)];

		switch (draw(seed, 4)) {
		case 0:
			*word = 0;
			break;
		case 1:
			*word = draw(seed, UINT64_MAX);
			break;
		case 2:
			*word = stack->sp + 8 * draw(seed, near);
			break;
		default:
			*word = words[draw(seed, near)];
		}
	}
	if (draw(seed, 4))
		stack->size = (uint32_t)(program.stack_len - sizeof(*stack));
}

static void damaged_stacks_do_no_harm(void **state)
{
	struct symbols *symbols =
		symbols_new(program.maps, program.maps_len, &(struct diag){ 0 });
	struct wire_stack *stack = malloc(program.stack_len);
	struct symbol_frame frames[MAX_FRAMES];
	uint64_t seed = 3;
	int round;

	(void)state;
	for (round = 0; round < STACK_ROUNDS; round++) {
		memcpy(stack, program.stack, program.stack_len);
		damage_stack(&seed, stack);
		assert_in_range(
			symbols_unwind(symbols, stack, program.stack_len, frames, MAX_FRAMES),
			1, MAX_FRAMES);
	}
	free(stack);
	symbols_free(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_maps_give_separate_files),
		cmocka_unit_test(damaged_maps_do_no_harm),
		cmocka_unit_test(damaged_stacks_do_no_harm),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
