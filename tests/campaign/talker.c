/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: nothing: it writes more than anybody would keep, binary. */
#include <unistd.h>

#define BLOCK ((size_t)1 << 20)
#define BLOCKS 1200

static char block[BLOCK];

int main(void)
{
	for (size_t i = 0; i < BLOCK; i++)
		block[i] = (char)(i * 7);
	for (int i = 0; i < BLOCKS; i++)
		if (write(STDOUT_FILENO, block, BLOCK) != (ssize_t)BLOCK)
			return 1;
	return 0;
}
