/* SPDX-License-Identifier: Apache-2.0 */
/* Observes more than there is room for. */
#include <weft/weft.h>

int main(void)
{
	for (int i = 0; i < 1000000; i++)
		weft_observe("flood", i);
	return 0;
}
