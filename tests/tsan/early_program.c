/* SPDX-License-Identifier: Apache-2.0 */
/* Succeeds if what early_library.c did before main was right. */
#include <string.h>

int early_answer(void);
const char *early_copy(void);

int main(void)
{
	return early_answer() == 42 && strcmp(early_copy(), "copied") == 0 ? 0 : 1;
}
