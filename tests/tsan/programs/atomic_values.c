/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: the same output natively and under weft: what every atomic operation returns and
 * leaves. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

__extension__ typedef unsigned __int128 uint128_t;

static void print_value(const char *what, uint128_t v)
{
	printf("%s %016llx%016llx\n", what, (unsigned long long)(v >> 64),
		(unsigned long long)v);
}

/* Values that carry, borrow, and have bits in every byte. */
static const uint128_t values[] = {
	1,
	0xffff,
	(uint128_t)0x0123456789abcdef << 64 | 0xfedcba9876543210,
	~(uint128_t)0,
};

#define COUNT (sizeof(values) / sizeof(values[0]))

#define SHOW(what, call)                              \
	do {                                          \
		cell = before;                        \
		print_value(what, (uint128_t)(call)); \
		print_value("  leaves", cell);        \
	} while (0)

#define SHOW_FETCH(name, order)                                       \
	SHOW("fetch_" #name, __atomic_fetch_##name(&cell, v, order)); \
	SHOW(#name "_fetch", __atomic_##name##_fetch(&cell, v, order))

#define SHOW_CAS(order, failure_order)                                                         \
	expected = v;                                                                          \
	SHOW("strong", __atomic_compare_exchange_n(                                            \
			       &cell, &expected, last, false, order, failure_order));          \
	print_value("  expected", expected);                                                   \
	expected = before;                                                                     \
	SHOW("weak",                                                                           \
		__atomic_compare_exchange_n(&cell, &expected, v, true, order, failure_order)); \
	print_value("  expected", expected)

#define SHOW_MODIFY(order)                                      \
	SHOW("exchange", __atomic_exchange_n(&cell, v, order)); \
	SHOW_FETCH(add, order);                                 \
	SHOW_FETCH(sub, order);                                 \
	SHOW_FETCH(and, order);                                 \
	SHOW_FETCH(or, order);                                  \
	SHOW_FETCH(xor, order);                                 \
	SHOW_FETCH(nand, order)

#define SHOW_STORE(order)                  \
	__atomic_store_n(&cell, v, order); \
	print_value("store", cell)

#define SHOW_WIDTH(name, type)                                                           \
	static void show_##name(uint128_t wide_before, uint128_t wide_v)                 \
	{                                                                                \
		static type cell;                                                        \
		type before = (type)wide_before, v = (type)wide_v, last = (type)~wide_v; \
		type expected;                                                           \
                                                                                         \
		printf("%s\n", #name);                                                   \
		SHOW("load", __atomic_load_n(&cell, __ATOMIC_RELAXED));                  \
		SHOW("load", __atomic_load_n(&cell, __ATOMIC_CONSUME));                  \
		SHOW("load", __atomic_load_n(&cell, __ATOMIC_ACQUIRE));                  \
		SHOW("load", __atomic_load_n(&cell, __ATOMIC_SEQ_CST));                  \
		SHOW_STORE(__ATOMIC_RELAXED);                                            \
		SHOW_STORE(__ATOMIC_RELEASE);                                            \
		SHOW_STORE(__ATOMIC_SEQ_CST);                                            \
		SHOW_MODIFY(__ATOMIC_RELAXED);                                           \
		SHOW_MODIFY(__ATOMIC_CONSUME);                                           \
		SHOW_MODIFY(__ATOMIC_ACQUIRE);                                           \
		SHOW_MODIFY(__ATOMIC_RELEASE);                                           \
		SHOW_MODIFY(__ATOMIC_ACQ_REL);                                           \
		SHOW_MODIFY(__ATOMIC_SEQ_CST);                                           \
		SHOW_CAS(__ATOMIC_RELAXED, __ATOMIC_RELAXED);                            \
		SHOW_CAS(__ATOMIC_ACQUIRE, __ATOMIC_RELAXED);                            \
		SHOW_CAS(__ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);                            \
		SHOW_CAS(__ATOMIC_RELEASE, __ATOMIC_RELAXED);                            \
		SHOW_CAS(__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);                            \
		SHOW_CAS(__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                            \
		SHOW("sync cas", __sync_val_compare_and_swap(&cell, v, last));           \
		SHOW("sync cas", __sync_bool_compare_and_swap(&cell, before, last));     \
		SHOW("sync add", __sync_add_and_fetch(&cell, v));                        \
		SHOW("sync set", __sync_lock_test_and_set(&cell, 1));                    \
	}

SHOW_WIDTH(uint8, uint8_t)
SHOW_WIDTH(uint16, uint16_t)
SHOW_WIDTH(uint32, uint32_t)
SHOW_WIDTH(uint64, uint64_t)
#ifdef WITH_128_BITS
SHOW_WIDTH(uint128, uint128_t)
#endif
SHOW_WIDTH(int8, int8_t)
SHOW_WIDTH(int16, int16_t)
SHOW_WIDTH(int32, int32_t)
SHOW_WIDTH(int64, int64_t)

int main(void)
{
	for (size_t i = 0; i < COUNT * COUNT; i++) {
		show_uint8(values[i / COUNT], values[i % COUNT]);
		show_uint16(values[i / COUNT], values[i % COUNT]);
		show_uint32(values[i / COUNT], values[i % COUNT]);
		show_uint64(values[i / COUNT], values[i % COUNT]);
#ifdef WITH_128_BITS
		show_uint128(values[i / COUNT], values[i % COUNT]);
#endif
		show_int8(values[i / COUNT], values[i % COUNT]);
		show_int16(values[i / COUNT], values[i % COUNT]);
		show_int32(values[i / COUNT], values[i % COUNT]);
		show_int64(values[i / COUNT], values[i % COUNT]);
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_signal_fence(__ATOMIC_ACQ_REL);
	return 0;
}
