/* SPDX-License-Identifier: Apache-2.0 */
/* EXPLAIN: order-violation of handler. The event may come before the handler is set. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic(void *) handler;

static void *deliver(void *unused)
{
	if (!atomic_load(&handler))
		abort();
	return unused;
}

int main(void)
{
	static int target;
	pthread_t thread;

#ifdef FIXED
	atomic_store(&handler, &target);
	pthread_create(&thread, NULL, deliver, NULL);
#else
	pthread_create(&thread, NULL, deliver, NULL);
	atomic_store(&handler, &target);
#endif
	pthread_join(thread, NULL);
	return 0;
}
