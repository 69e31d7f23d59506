/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 1 executions of sequential
 * Neighbouring bit-fields are one memory location (C11 3.14); separated by a zero width, two.
 */
#include <pthread.h>

static struct {
	unsigned int open : 4;
#ifdef FIXED
	unsigned int : 0;
#endif
	unsigned int dirty : 4;
} state;

static void *open_it(void *unused)
{
	state.open = 1;
	return unused;
}

static void *soil_it(void *unused)
{
	state.dirty = 1;
	return unused;
}

int main(void)
{
	pthread_t opener, soiler;

	pthread_create(&opener, NULL, open_it, NULL);
	pthread_create(&soiler, NULL, soil_it, NULL);
	pthread_join(opener, NULL);
	pthread_join(soiler, NULL);
	return 0;
}
