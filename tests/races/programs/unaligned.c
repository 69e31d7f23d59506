/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * An unaligned number reaches into the bytes of the next granule; its twin ends right before.
 */
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#ifdef FIXED
#define OFFSET 4
#else
#define OFFSET 5
#endif

static _Alignas(16) unsigned char bytes[16];

struct packed {
	uint32_t value;
} __attribute__((packed));

static void *write_number(void *unused)
{
	((struct packed *)(void *)(bytes + OFFSET))->value = 7;
	return unused;
}

static void *write_byte(void *unused)
{
	bytes[8] = 1;
	return unused;
}

int main(void)
{
	pthread_t threads[2];

	pthread_create(&threads[0], NULL, write_number, NULL);
	pthread_create(&threads[1], NULL, write_byte, NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	return 0;
}
