/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: a barrier for three, and only two to come. */
#include "hang.h"

static pthread_barrier_t phase;

static void *arrive(void *unused)
{
	pthread_barrier_wait(&phase);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pthread_barrier_init(&phase, NULL, 3);
	pthread_create(&a, NULL, arrive, NULL);
	pthread_create(&b, NULL, arrive, NULL);
	announce();
	pthread_join(a, NULL);
	return 0;
}
