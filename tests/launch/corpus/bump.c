/* SPDX-License-Identifier: Apache-2.0 */
/* A library that counts without a lock: the lost update is in it, not in the program. */
int bump(void);

static int count;

int bump(void)
{
	return ++count;
}
