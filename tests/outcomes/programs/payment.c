/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A double payment: two threads look whether the invoice is open, then pay it. Each access is
 * atomic, so that there is no data race. -DFIXED: looking and paying are one step.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <weft/weft.h>

static atomic_int is_paid;
static atomic_int paid_total;

static int pay(void)
{
#ifdef FIXED
	if (atomic_exchange(&is_paid, 1))
		return 0;
#else
	if (atomic_load(&is_paid))
		return 0;
	atomic_store(&is_paid, 1);
#endif
	atomic_fetch_add(&paid_total, 100);
	return 1;
}

static void *work(void *unused)
{
	weft_op_begin("pay");
	weft_op_end(pay());
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, work, NULL);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	weft_observe("paid", atomic_load(&paid_total));
	return 0;
}
