/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TSan entries for atomic operations and fences. Each is a scheduling point, then the
 * operation as the machine does it, then word to the engine of what came of it. No other thread
 * of the program runs between the point and the word, so that what is done in several steps
 * here is still one operation to the program.
 */
#include "runtime/interpose/tsan_abi.h"
#include "runtime/interpose/tsan_atomic.h"
#include "runtime/interpose/tsan_atomic_real.h"

#define ACCESS(kind, a, mo, failure_mo)                                                  \
	{                                                                                \
		.op = OP_ATOMIC_##kind, .size = sizeof(*(a)), .address = (uintptr_t)(a), \
		.pc = CALLER_PC(), .order = (mo)&ATOMIC_ORDER_MASK,                      \
		.failure_order = (failure_mo)&ATOMIC_ORDER_MASK,                         \
	}

#define LOAD(bits)                                                                           \
	TSAN_ENTRY(atomic##bits, __tsan_atomic##bits##_load, const volatile atomic##bits *a, \
		int order)                                                                   \
	{                                                                                    \
		struct atomic_access access = ACCESS(LOAD, a, order, order);                 \
                                                                                             \
		atomic_begin(&access);                                                       \
		atomic##bits v = atomic##bits##_load(a);                                     \
		atomic_end(&access, (uint64_t)v, ATOMIC_LOOKED);                             \
		return v;                                                                    \
	}

#define STORE(bits)                                                             \
	TSAN_ENTRY(void, __tsan_atomic##bits##_store, volatile atomic##bits *a, \
		atomic##bits v, int order)                                      \
	{                                                                       \
		struct atomic_access access = ACCESS(STORE, a, order, order);   \
                                                                                \
		atomic_begin(&access);                                          \
		atomic##bits old = atomic##bits##_exchange(a, v);               \
		atomic_end(&access, (uint64_t)v, atomic_wrote(old != v));       \
	}

#define EXCHANGE(bits)                                                                     \
	TSAN_ENTRY(atomic##bits, __tsan_atomic##bits##_exchange, volatile atomic##bits *a, \
		atomic##bits v, int order)                                                 \
	{                                                                                  \
		struct atomic_access access = ACCESS(RMW, a, order, order);                \
                                                                                           \
		atomic_begin(&access);                                                     \
		atomic##bits old = atomic##bits##_exchange(a, v);                          \
		atomic_end(&access, (uint64_t)v, atomic_wrote(old != v));                  \
		return old;                                                                \
	}

/* `result` is an expression of `old` and `v`. */
#define FETCH(bits, name, result)                                                              \
	TSAN_ENTRY(atomic##bits, __tsan_atomic##bits##_fetch_##name, volatile atomic##bits *a, \
		atomic##bits v, int order)                                                     \
	{                                                                                      \
		struct atomic_access access = ACCESS(RMW, a, order, order);                    \
                                                                                               \
		atomic_begin(&access);                                                         \
		atomic##bits old, seen = atomic##bits##_load(a), next;                         \
		do {                                                                           \
			old = seen;                                                            \
			next = (atomic##bits)(result);                                         \
			seen = atomic##bits##_cas(a, old, next);                               \
		} while (seen != old);                                                         \
		atomic_end(&access, (uint64_t)next, atomic_wrote(old != next));                \
		return old;                                                                    \
	}

/* The three forms differ only in how they hand back what they saw; none fails without cause. */
#define COMPARE_EXCHANGE(bits)                                                              \
	static inline atomic##bits compare_exchange##bits(volatile atomic##bits *a,         \
		atomic##bits expected, atomic##bits v, const struct atomic_access *access)  \
	{                                                                                   \
		atomic_begin(access);                                                       \
		atomic##bits seen = atomic##bits##_cas(a, expected, v);                     \
		int replaced = seen == expected;                                            \
		atomic_end(access, (uint64_t)(replaced ? v : seen),                         \
			replaced ? atomic_wrote(v != seen) : ATOMIC_LOOKED);                \
		return seen;                                                                \
	}                                                                                   \
	TSAN_ENTRY(atomic##bits, __tsan_atomic##bits##_compare_exchange_val,                \
		volatile atomic##bits *a, atomic##bits expected, atomic##bits v, int order, \
		int failure_order)                                                          \
	{                                                                                   \
		struct atomic_access access = ACCESS(CAS, a, order, failure_order);         \
                                                                                            \
		return compare_exchange##bits(a, expected, v, &access);                     \
	}                                                                                   \
	COMPARE_EXCHANGE_BOOL(bits, strong)                                                 \
	COMPARE_EXCHANGE_BOOL(bits, weak)

#define COMPARE_EXCHANGE_BOOL(bits, strength)                                                \
	TSAN_ENTRY(int, __tsan_atomic##bits##_compare_exchange_##strength,                   \
		volatile atomic##bits *a, atomic##bits *expected, atomic##bits v, int order, \
		int failure_order)                                                           \
	{                                                                                    \
		struct atomic_access access = ACCESS(CAS, a, order, failure_order);          \
		atomic##bits old = *expected;                                                \
		atomic##bits seen = compare_exchange##bits(a, old, v, &access);              \
                                                                                             \
		if (seen == old)                                                             \
			return 1;                                                            \
		*expected = seen;                                                            \
		return 0;                                                                    \
	}

#define ATOMICS(bits)                 \
	LOAD(bits)                    \
	STORE(bits)                   \
	EXCHANGE(bits)                \
	FETCH(bits, add, old + v)     \
	FETCH(bits, sub, old - v)     \
	FETCH(bits, and, old &v)      \
	FETCH(bits, or, old | v)      \
	FETCH(bits, xor, old ^ v)     \
	FETCH(bits, nand, ~(old & v)) \
	COMPARE_EXCHANGE(bits)

ATOMICS(8)
ATOMICS(16)
ATOMICS(32)
ATOMICS(64)
ATOMICS(128)

TSAN_ENTRY(void, __tsan_atomic_thread_fence, int order)
{
	struct atomic_access access = {
		.op = OP_FENCE,
		.pc = CALLER_PC(),
		.order = order & ATOMIC_ORDER_MASK,
		.failure_order = order & ATOMIC_ORDER_MASK,
	};

	atomic_begin(&access);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	atomic_end(&access, 0, ATOMIC_LOOKED);
}

/* Orders a thread against its own signal handlers only, which the call itself does. */
TSAN_ENTRY(void, __tsan_atomic_signal_fence, int order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}
