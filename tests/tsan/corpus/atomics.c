/* SPDX-License-Identifier: Apache-2.0 */
/* Atomics of 8 to 128 bits, every operation with every order that it may have, and fences. */
#include <stdbool.h>
#include <stdint.h>

__extension__ typedef __int128 int128;

#define FETCH(type, operation, order)                 \
	v += __atomic_fetch_##operation(a, v, order); \
	v += __atomic_##operation##_fetch(a, v, order);

#define MODIFY(type, order)                    \
	v += __atomic_exchange_n(a, v, order); \
	FETCH(type, add, order)                \
	FETCH(type, sub, order)                \
	FETCH(type, and, order)                \
	FETCH(type, or, order)                 \
	FETCH(type, xor, order)                \
	FETCH(type, nand, order)

#define COMPARE(type, order, failure_order)                                      \
	v += __atomic_compare_exchange_n(a, &v, 1, false, order, failure_order); \
	v += __atomic_compare_exchange_n(a, &v, 2, true, order, failure_order);

#define WIDTH(name, type)                                                                    \
	type use_##name(type *a, type v);                                                    \
	type use_##name(type *a, type v)                                                     \
	{                                                                                    \
		v += __atomic_load_n(a, __ATOMIC_RELAXED);                                   \
		v += __atomic_load_n(a, __ATOMIC_CONSUME);                                   \
		v += __atomic_load_n(a, __ATOMIC_ACQUIRE);                                   \
		v += __atomic_load_n(a, __ATOMIC_SEQ_CST);                                   \
		__atomic_store_n(a, v, __ATOMIC_RELAXED);                                    \
		__atomic_store_n(a, v, __ATOMIC_RELEASE);                                    \
		__atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                    \
		MODIFY(type, __ATOMIC_RELAXED)                                               \
		MODIFY(type, __ATOMIC_CONSUME)                                               \
		MODIFY(type, __ATOMIC_ACQUIRE)                                               \
		MODIFY(type, __ATOMIC_RELEASE)                                               \
		MODIFY(type, __ATOMIC_ACQ_REL)                                               \
		MODIFY(type, __ATOMIC_SEQ_CST)                                               \
		COMPARE(type, __ATOMIC_RELAXED, __ATOMIC_RELAXED)                            \
		COMPARE(type, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)                            \
		COMPARE(type, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)                            \
		COMPARE(type, __ATOMIC_RELEASE, __ATOMIC_RELAXED)                            \
		COMPARE(type, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)                            \
		COMPARE(type, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)                            \
		v += __sync_fetch_and_add(a, v) + __sync_val_compare_and_swap(a, v, 3);      \
		v += __sync_lock_test_and_set(a, 1) + __sync_bool_compare_and_swap(a, v, 4); \
		__sync_lock_release(a);                                                      \
		return v;                                                                    \
	}

WIDTH(int8, int8_t)
WIDTH(int16, int16_t)
WIDTH(int32, int32_t)
WIDTH(int64, int64_t)
#ifdef __GCC_HAVE_SYNC_COMPARE_AND_SWAP_16
WIDTH(int128, int128)
#endif

bool use_flag(bool *flag);
void fence_all(void);

bool use_flag(bool *flag)
{
	bool was = __atomic_test_and_set(flag, __ATOMIC_ACQUIRE);

	__atomic_clear(flag, __ATOMIC_RELEASE);
	return was;
}

void fence_all(void)
{
	__atomic_thread_fence(__ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_ACQ_REL);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_signal_fence(__ATOMIC_ACQ_REL);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	__sync_synchronize();
}
