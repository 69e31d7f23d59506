/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * An eventfd in semaphore mode says how many results are there; each is written before it is
 * announced.
 */
#include <assert.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "../parallel.h"

#define RESULTS 3

static int announced;
static int results[RESULTS];

static void *work(void *unused)
{
	for (int i = 0; i < RESULTS; i++) {
		results[i] = i + 1;
		assert(eventfd_write(announced, 1) == 0);
	}
	return unused;
}

int main(void)
{
	eventfd_t one;

	announced = eventfd(0, EFD_SEMAPHORE);
	assert(announced >= 0);
	pthread_t worker = start(work, NULL);

	for (int i = 0; i < RESULTS; i++) {
		assert(eventfd_read(announced, &one) == 0 && one == 1);
		assert(results[i] == i + 1);
	}
	finish(worker);
	close(announced);
	return 0;
}
