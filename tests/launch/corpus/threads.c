/* SPDX-License-Identifier: Apache-2.0 */
/* C for `weft cc`: threads, atomics of all widths, thread-local data, ranges, fences. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define THREADS 4
#define ROUNDS 100

struct packed {
	char pad;
	uint64_t value;
} __attribute__((packed));

struct block {
	char bytes[300];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct packed packed;
static struct block block;
static _Atomic uint8_t count8;
static _Atomic uint16_t count16;
static _Atomic uint32_t count32;
static _Atomic uint64_t count64;
static __thread int own;

static void *work(void *argument)
{
	struct block copy;

	for (int i = 0; i < ROUNDS; i++) {
		atomic_fetch_add_explicit(&count8, 1, memory_order_relaxed);
		atomic_fetch_add_explicit(&count16, 1, memory_order_acq_rel);
		atomic_fetch_add(&count32, 1);
		uint64_t old = atomic_load_explicit(&count64, memory_order_acquire);

		while (!atomic_compare_exchange_weak(&count64, &old, old + 1))
			;
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		pthread_mutex_lock(&mutex);
		packed.value++;
		copy = block;
		memset(copy.bytes, i, sizeof(copy.bytes));
		block = copy;
		pthread_mutex_unlock(&mutex);
		own++;
	}
	*(int *)argument = own;
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];
	int owned[THREADS];
	int sum = 0;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, work, &owned[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		sum += owned[i];
	}
	printf("%u %u %u %llu %llu %d %d %d\n", count8, count16, count32,
		(unsigned long long)count64, (unsigned long long)packed.value, block.bytes[299],
		sum, own);
	return 3;
}
