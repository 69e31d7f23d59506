/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TSan entries tell the engine what the compiler told them, and the atomic ones do what the
 * builtins do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <cmocka.h>

#include "runtime/engine/access.h"
#include "tests/tsan/fake_engine.h"

__extension__ typedef unsigned __int128 uint128_t;

static uint128_t cell[2];

static void assert_one(enum fake_kind kind, const void *address, size_t size)
{
	assert_int_equal(fake_stop(), 1);
	assert_int_equal(fake_call(0)->kind, kind);
	assert_true(fake_call(0)->address == (uintptr_t)address);
	assert_int_equal(fake_call(0)->size, size);
	assert_true(fake_call(0)->pc != 0);
}

#define TELLS(kind, size, name)                           \
	do {                                              \
		void name(void *);                        \
		fake_start();                             \
		name((char *)cell + 1);                   \
		assert_one(kind, (char *)cell + 1, size); \
	} while (0)

#define TELLS_OF_SIZE(size)                                 \
	TELLS(FAKE_READ, size, __tsan_read##size);          \
	TELLS(FAKE_WRITE, size, __tsan_write##size);        \
	TELLS(FAKE_WRITE, size, __tsan_read_write##size);   \
	TELLS(FAKE_READ, size, __tsan_volatile_read##size); \
	TELLS(FAKE_WRITE, size, __tsan_volatile_write##size)

#define TELLS_UNALIGNED_OF_SIZE(size)                                 \
	TELLS(FAKE_READ, size, __tsan_unaligned_read##size);          \
	TELLS(FAKE_WRITE, size, __tsan_unaligned_write##size);        \
	TELLS(FAKE_WRITE, size, __tsan_unaligned_read_write##size);   \
	TELLS(FAKE_READ, size, __tsan_unaligned_volatile_read##size); \
	TELLS(FAKE_WRITE, size, __tsan_unaligned_volatile_write##size)

static void each_width_is_told(void **state)
{
	(void)state;
	TELLS_OF_SIZE(1);
	TELLS_OF_SIZE(2);
	TELLS_OF_SIZE(4);
	TELLS_OF_SIZE(8);
	TELLS_OF_SIZE(16);
	TELLS_UNALIGNED_OF_SIZE(2);
	TELLS_UNALIGNED_OF_SIZE(4);
	TELLS_UNALIGNED_OF_SIZE(8);
	TELLS_UNALIGNED_OF_SIZE(16);
}

void __tsan_read_range(const void *address, size_t size);
void __tsan_write_range(void *address, size_t size);
void __tsan_read4_pc(const void *address, const void *pc);
void __tsan_write_range_pc(void *address, size_t size, const void *pc);
void __tsan_vptr_update(void **vptr, const void *value);
void __tsan_func_entry(const void *call_site);
void __tsan_func_exit(void);

static void ranges_and_given_places_are_told(void **state)
{
	(void)state;
	fake_start();
	__tsan_read_range(cell, 24);
	assert_one(FAKE_READ, cell, 24);
	fake_start();
	__tsan_write_range(cell, 0);
	assert_int_equal(fake_stop(), 0);
	fake_start();
	__tsan_read4_pc(cell, (void *)77);
	assert_one(FAKE_READ, cell, 4);
	assert_int_equal(fake_call(0)->pc, 77);
	fake_start();
	__tsan_write_range_pc(cell, 9, (void *)78);
	assert_one(FAKE_WRITE, cell, 9);
	assert_int_equal(fake_call(0)->pc, 78);
	fake_start();
	__tsan_func_entry((void *)79);
	__tsan_func_exit();
	assert_int_equal(fake_stop(), 2);
	assert_int_equal(fake_call(0)->kind, FAKE_ENTER);
	assert_int_equal(fake_call(0)->pc, 79);
	assert_int_equal(fake_call(1)->kind, FAKE_EXIT);
}

static void vptr_update_tells_only_a_change(void **state)
{
	void *vptr = cell;

	(void)state;
	fake_start();
	__tsan_vptr_update(&vptr, cell);
	assert_int_equal(fake_stop(), 0);
	fake_start();
	__tsan_vptr_update(&vptr, NULL);
	assert_one(FAKE_WRITE, &vptr, sizeof(vptr));
}

/* An atomic is told before and after, with what the location then holds. */
static void assert_atomic(enum op_kind op, size_t size, uint64_t value, int changed)
{
	assert_int_equal(fake_stop(), 2);
	assert_int_equal(fake_call(0)->kind, FAKE_ATOMIC);
	assert_int_equal(fake_call(0)->op, op);
	assert_int_equal(fake_call(0)->size, size);
	assert_true(fake_call(0)->pc != 0);
	assert_int_equal(fake_call(1)->kind, FAKE_ATOMIC_DONE);
	assert_int_equal(fake_call(1)->op, op);
	assert_true(fake_call(1)->address == fake_call(0)->address);
	assert_true(fake_call(1)->value == value);
	assert_int_equal(fake_call(1)->changed, changed);
}

#define MODEL_ORDER 5

#define CHECK_FETCH(bits, name, v, expected)                                                  \
	do {                                                                                  \
		uint##bits##_t __tsan_atomic##bits##_fetch_##name(                            \
			volatile uint##bits##_t *, uint##bits##_t, int);                      \
		uint##bits##_t before = *a, after = (uint##bits##_t)(expected);               \
		fake_start();                                                                 \
		assert_true(__tsan_atomic##bits##_fetch_##name(a, v, MODEL_ORDER) == before); \
		assert_atomic(OP_ATOMIC_RMW, bits / 8, (uint64_t)after, after != before);     \
		assert_true(*a == after);                                                     \
	} while (0)

#define CHECK_BOOL_CAS(bits, strength)                                                    \
	do {                                                                              \
		int __tsan_atomic##bits##_compare_exchange_##strength(                    \
			volatile uint##bits##_t *, uint##bits##_t *, uint##bits##_t, int, \
			int);                                                             \
		uint##bits##_t expected = ones;                                           \
		*a = 3;                                                                   \
		fake_start();                                                             \
		assert_false(__tsan_atomic##bits##_compare_exchange_##strength(           \
			a, &expected, 9, MODEL_ORDER, MODEL_ORDER));                      \
		assert_atomic(OP_ATOMIC_CAS, bits / 8, 3, 0);                             \
		assert_true(expected == 3 && *a == 3);                                    \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_compare_exchange_##strength(            \
			a, &expected, ones, MODEL_ORDER, MODEL_ORDER));                   \
		assert_atomic(OP_ATOMIC_CAS, bits / 8, (uint64_t)ones, 1);                \
		assert_true(expected == 3 && *a == ones);                                 \
		expected = ones;                                                          \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_compare_exchange_##strength(            \
			a, &expected, ones, MODEL_ORDER, MODEL_ORDER));                   \
		assert_atomic(OP_ATOMIC_CAS, bits / 8, (uint64_t)ones, 0);                \
	} while (0)

#define ATOMICS_TEST(bits)                                                                \
	uint##bits##_t __tsan_atomic##bits##_load(const volatile uint##bits##_t *, int);  \
	void __tsan_atomic##bits##_store(volatile uint##bits##_t *, uint##bits##_t, int); \
	uint##bits##_t __tsan_atomic##bits##_exchange(                                    \
		volatile uint##bits##_t *, uint##bits##_t, int);                          \
	uint##bits##_t __tsan_atomic##bits##_compare_exchange_val(                        \
		volatile uint##bits##_t *, uint##bits##_t, uint##bits##_t, int, int);     \
	static void atomics_of_##bits##_bits_do_and_tell(void **state)                    \
	{                                                                                 \
		volatile uint##bits##_t *a = (volatile uint##bits##_t *)cell;             \
		const uint##bits##_t ones = (uint##bits##_t) ~(uint##bits##_t)0;          \
		(void)state;                                                              \
		cell[0] = 0;                                                              \
		cell[1] = 0;                                                              \
		fake_start();                                                             \
		__tsan_atomic##bits##_store(a, ones, MODEL_ORDER);                        \
		assert_atomic(OP_ATOMIC_STORE, bits / 8, (uint64_t)ones, 1);              \
		fake_start();                                                             \
		__tsan_atomic##bits##_store(a, ones, MODEL_ORDER);                        \
		assert_atomic(OP_ATOMIC_STORE, bits / 8, (uint64_t)ones, 0);              \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_load(a, MODEL_ORDER) == ones);          \
		assert_atomic(OP_ATOMIC_LOAD, bits / 8, (uint64_t)ones, 0);               \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_exchange(a, 5, MODEL_ORDER) == ones);   \
		assert_atomic(OP_ATOMIC_RMW, bits / 8, 5, 1);                             \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_exchange(a, 5, MODEL_ORDER) == 5);      \
		assert_atomic(OP_ATOMIC_RMW, bits / 8, 5, 0);                             \
		CHECK_FETCH(bits, add, ones, before + ones);                              \
		CHECK_FETCH(bits, sub, 9, before - 9);                                    \
		CHECK_FETCH(bits, and, 0x5a, before & 0x5a);                              \
		CHECK_FETCH(bits, or, 0x0f, before | 0x0f);                               \
		CHECK_FETCH(bits, xor, ones, before ^ ones);                              \
		CHECK_FETCH(bits, nand, 0x33, ~(before & 0x33));                          \
		CHECK_FETCH(bits, add, 0, before);                                        \
		CHECK_BOOL_CAS(bits, strong);                                             \
		CHECK_BOOL_CAS(bits, weak);                                               \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_compare_exchange_val(                   \
				    a, ones, 1, MODEL_ORDER, MODEL_ORDER) == ones);       \
		assert_atomic(OP_ATOMIC_CAS, bits / 8, 1, 1);                             \
		fake_start();                                                             \
		assert_true(__tsan_atomic##bits##_compare_exchange_val(                   \
				    a, ones, 2, MODEL_ORDER, MODEL_ORDER) == 1);          \
		assert_atomic(OP_ATOMIC_CAS, bits / 8, 1, 0);                             \
		assert_true(cell[0] == 1 && cell[1] == 0);                                \
	}

ATOMICS_TEST(8)
ATOMICS_TEST(16)
ATOMICS_TEST(32)
ATOMICS_TEST(64)

ATOMICS_TEST(128)

static void wide_atomics_carry_all_their_bits(void **state)
{
	const uint128_t big = (uint128_t)0x0123456789abcdef << 64 | 0xfedcba9876543210;

	(void)state;
	__tsan_atomic128_store(cell, big, MODEL_ORDER);
	assert_true(__tsan_atomic128_load(cell, MODEL_ORDER) == big);
	assert_true(__tsan_atomic128_compare_exchange_val(cell, big ^ ((uint128_t)1 << 127), 0,
			    MODEL_ORDER, MODEL_ORDER) == big);
	assert_true(__tsan_atomic128_exchange(cell, big + big, MODEL_ORDER) == big);
	assert_true(cell[0] == big + big);
}

/* Constants live in pages that can't be written; a load must not try to. */
static void wide_loads_work_on_read_only_memory(void **state)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(page != MAP_FAILED);
	assert_true(__tsan_atomic128_load(page, MODEL_ORDER) == 0);
	munmap(page, 4096);
}

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_signal_fence(int order);

static void only_thread_fences_are_scheduling_points(void **state)
{
	(void)state;
	fake_start();
	__tsan_atomic_thread_fence(MODEL_ORDER);
	assert_atomic(OP_FENCE, 0, 0, 0);
	fake_start();
	__tsan_atomic_signal_fence(MODEL_ORDER);
	assert_int_equal(fake_stop(), 0);
}

void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned int flags);
void __tsan_switch_to_fiber(void *fiber, unsigned int flags);

static void the_current_fiber_is_the_one_switched_to(void **state)
{
	void *first = __tsan_get_current_fiber();
	void *a = __tsan_create_fiber(0);
	void *b = __tsan_create_fiber(0);

	(void)state;
	assert_true(first && a && b && a != b && a != first);
	__tsan_switch_to_fiber(b, 0);
	assert_ptr_equal(__tsan_get_current_fiber(), b);
	__tsan_switch_to_fiber(first, 0);
	assert_ptr_equal(__tsan_get_current_fiber(), first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_width_is_told),
		cmocka_unit_test(ranges_and_given_places_are_told),
		cmocka_unit_test(vptr_update_tells_only_a_change),
		cmocka_unit_test(atomics_of_8_bits_do_and_tell),
		cmocka_unit_test(atomics_of_16_bits_do_and_tell),
		cmocka_unit_test(atomics_of_32_bits_do_and_tell),
		cmocka_unit_test(atomics_of_64_bits_do_and_tell),
		cmocka_unit_test(atomics_of_128_bits_do_and_tell),
		cmocka_unit_test(wide_atomics_carry_all_their_bits),
		cmocka_unit_test(wide_loads_work_on_read_only_memory),
		cmocka_unit_test(only_thread_fences_are_scheduling_points),
		cmocka_unit_test(the_current_fiber_is_the_one_switched_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
