/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mailbox for one message: two senders both find it empty, and one message is lost. Needs 1
 * placed switch.
 */
#include "program.h"

static atomic_int mailbox, refused;

static void *send(void *argument)
{
	int message = number_of(argument) + 1;

#ifdef FIXED
	int empty = 0;

	if (!atomic_compare_exchange_strong(&mailbox, &empty, message))
		atomic_fetch_add(&refused, message);
#else
	if (atomic_load(&mailbox) == 0)
		atomic_store(&mailbox, message);
	else
		atomic_fetch_add(&refused, message);
#endif
	return NULL;
}

int main(void)
{
	run_two(send, send);
	assert(mailbox + refused == 3);
	return 0;
}
