/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: the same output in every schedule: sums by fetch-and-add and by compare-exchange
 * loops of all widths, and a counter behind a spin lock.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define THREADS 3
#define ROUNDS 20

__extension__ typedef unsigned __int128 uint128_t;

static uint8_t sum8;
static uint16_t sum16;
static uint32_t sum32;
static uint64_t sum64;
static bool lock;
static int locked_sum;

#define ADD_BY_CAS(cell, strength)                                                            \
	do {                                                                                  \
		__typeof__(cell) old = __atomic_load_n(&cell, __ATOMIC_RELAXED);              \
		while (!__atomic_compare_exchange_n(&cell, &old, (__typeof__(cell))(old + 3), \
			strength, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))                        \
			;                                                                     \
	} while (0)

#ifdef WITH_128_BITS
static uint128_t sum128;
#endif

static void *add(void *unused)
{
	for (int i = 0; i < ROUNDS; i++) {
		__atomic_fetch_add(&sum8, 1, __ATOMIC_RELAXED);
		__atomic_fetch_add(&sum16, 2, __ATOMIC_RELEASE);
		__atomic_fetch_sub(&sum32, 3, __ATOMIC_ACQ_REL);
		__sync_fetch_and_add(&sum64, 4);
		ADD_BY_CAS(sum8, true);
		ADD_BY_CAS(sum16, false);
		ADD_BY_CAS(sum32, true);
		ADD_BY_CAS(sum64, false);
#ifdef WITH_128_BITS
		ADD_BY_CAS(sum128, true);
		__atomic_fetch_add(&sum128, (uint128_t)1 << 64, __ATOMIC_SEQ_CST);
#endif
		while (__atomic_test_and_set(&lock, __ATOMIC_ACQUIRE))
			;
		locked_sum++;
		__atomic_clear(&lock, __ATOMIC_RELEASE);
	}
	return unused;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, add, NULL);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%u %u %u %llu %d\n", sum8, sum16, sum32, (unsigned long long)sum64, locked_sum);
#ifdef WITH_128_BITS
	printf("%llu %llu\n", (unsigned long long)(sum128 >> 64), (unsigned long long)sum128);
#endif
	return 0;
}
