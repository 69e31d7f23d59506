/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread that passes over memory again and again: each pass writes every element and then
 * reads every element.
 *
 *	memory_pass MEGABYTES PASSES
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	size_t megabytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 40;
	uint32_t passes = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 4;
	size_t count = megabytes * 1000000 / sizeof(uint32_t);
	uint32_t *elements = malloc(count * sizeof(*elements));
	uint64_t sum = 0;

	if (!elements)
		return 2;
	for (uint32_t pass = 0; pass < passes; pass++) {
		for (size_t i = 0; i < count; i++)
			elements[i] = (uint32_t)i * pass;
		for (size_t i = 0; i < count; i++)
			sum += elements[i];
	}
	printf("%llu\n", (unsigned long long)sum);
	free(elements);
	return 0;
}
