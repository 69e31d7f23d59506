/* SPDX-License-Identifier: Apache-2.0 */
/* The smallest library with an assertion, for the fuzzer to begin with. */
#include <assert.h>

int half(int number);

int half(int number)
{
	assert(number % 2 == 0);
	return number / 2;
}
