/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hundred threads: the table has room for 99, and only if all are there at once does it
 * overflow.
 */
#include "program.h"

#define MEMBERS 100
#ifdef FIXED
#define ROOM MEMBERS
#else
#define ROOM (MEMBERS - 1)
#endif

static atomic_int present;

static void *visit(void *argument)
{
	int now = atomic_fetch_add(&present, 1) + 1;

	assert(now <= ROOM);
	atomic_fetch_sub(&present, 1);
	return argument;
}

int main(void)
{
	run_threads(MEMBERS, visit);
	return 0;
}
