/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The atomic operations as the machine does them, for 8 to 128 bits, sequentially consistent:
 *
 *   atomic##bits atomic##bits##_load(const volatile atomic##bits *a)
 *   void         atomic##bits##_store(volatile atomic##bits *a, atomic##bits v)
 *   atomic##bits atomic##bits##_exchange(volatile atomic##bits *a, atomic##bits v)
 *   atomic##bits atomic##bits##_cas(volatile atomic##bits *a, atomic##bits old, atomic##bits v)
 *
 * The last returns what the location held: `old`, when it was replaced. Never calls libatomic.
 * As natively, a 128-bit location has to be aligned to 16 bytes.
 */
#ifndef WEFT_RUNTIME_INTERPOSE_TSAN_ATOMIC_REAL_H
#define WEFT_RUNTIME_INTERPOSE_TSAN_ATOMIC_REAL_H

#include <cpuid.h>
#include <stdint.h>

typedef uint8_t atomic8;
typedef uint16_t atomic16;
typedef uint32_t atomic32;
typedef uint64_t atomic64;
__extension__ typedef unsigned __int128 atomic128;

#define ATOMIC_REAL(bits)                                                                 \
	static inline atomic##bits atomic##bits##_load(const volatile atomic##bits *a)    \
	{                                                                                 \
		return __atomic_load_n(a, __ATOMIC_SEQ_CST);                              \
	}                                                                                 \
	static inline void atomic##bits##_store(volatile atomic##bits *a, atomic##bits v) \
	{                                                                                 \
		__atomic_store_n(a, v, __ATOMIC_SEQ_CST);                                 \
	}                                                                                 \
	static inline atomic##bits atomic##bits##_exchange(                               \
		volatile atomic##bits *a, atomic##bits v)                                 \
	{                                                                                 \
		return __atomic_exchange_n(a, v, __ATOMIC_SEQ_CST);                       \
	}                                                                                 \
	static inline atomic##bits atomic##bits##_cas(                                    \
		volatile atomic##bits *a, atomic##bits old, atomic##bits v)               \
	{                                                                                 \
		__atomic_compare_exchange_n(                                              \
			a, &old, v, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);               \
		return old;                                                               \
	}

ATOMIC_REAL(8)
ATOMIC_REAL(16)
ATOMIC_REAL(32)
ATOMIC_REAL(64)

static inline atomic128 atomic128_cas(volatile atomic128 *a, atomic128 old, atomic128 v)
{
	uint64_t low = (uint64_t)old;
	uint64_t high = (uint64_t)(old >> 64);

	__asm__ volatile("lock cmpxchg16b %0"
			 : "+m"(*a), "+a"(low), "+d"(high)
			 : "b"((uint64_t)v), "c"((uint64_t)(v >> 64))
			 : "memory", "cc");
	return (atomic128)high << 64 | low;
}

/* Whether aligned 16-byte loads are atomic, as both makers say of every processor with AVX. */
static inline int atomic128_has_atomic_loads(void)
{
	static int known; /* 0: not asked yet, 1: no, 2: yes; threads may ask twice, no harm */
	unsigned int eax, ebx, ecx, edx;

	if (!known)
		known = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx & bit_AVX) ? 2 : 1;
	return known == 2;
}

/* cmpxchg16b writes even when it fails, so that a constant in read-only memory needs a load. */
static inline atomic128 atomic128_load(const volatile atomic128 *a)
{
	typedef uint64_t vector __attribute__((vector_size(16)));
	vector v;

	if (!atomic128_has_atomic_loads())
		return atomic128_cas((volatile atomic128 *)(uintptr_t)a, 0, 0);
	__asm__ volatile("movdqa %1, %0" : "=x"(v) : "m"(*a) : "memory");
	return (atomic128)v[1] << 64 | v[0];
}

static inline atomic128 atomic128_exchange(volatile atomic128 *a, atomic128 v)
{
	atomic128 old = *a; /* a torn read only costs a round */

	for (;;) {
		atomic128 seen = atomic128_cas(a, old, v);

		if (seen == old)
			return old;
		old = seen;
	}
}

static inline void atomic128_store(volatile atomic128 *a, atomic128 v)
{
	atomic128_exchange(a, v);
}

#endif
