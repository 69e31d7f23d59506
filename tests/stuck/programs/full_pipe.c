/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: a pipe is full, and only this process could read from it. */
#include "hang.h"

int main(void)
{
	static char block[4096];
	int ends[2];

	if (pipe(ends) < 0)
		return 1;
	announce();
	for (;;)
		if (write(ends[1], block, sizeof(block)) < 0)
			return 1;
}
