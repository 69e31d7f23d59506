/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: exit-status if 200 MiB can't be had. */
#include <stdlib.h>

int main(void)
{
	volatile char *memory = malloc((size_t)200 << 20);

	if (!memory)
		return 1;
	memory[0] = 1;
	return 0;
}
