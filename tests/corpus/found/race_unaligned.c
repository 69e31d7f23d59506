/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: data-race within 10 executions
 * A packed member lies across two words; a neighbour's write hits one of its bytes through a
 * pointer.
 */
#include "../parallel.h"

static struct __attribute__((packed)) {
	char tag;
	int value;
} packed;

static void *work(void *argument)
{
	if (number_of(argument))
		packed.value = 77;
	else
		((char *)&packed)[4] = 1;
	return NULL;
}

int main(void)
{
	parallel(2, work);
	return 0;
}
