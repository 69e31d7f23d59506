/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: assertion within 50 executions
 * Two places are left; each buyer looks and buys under the lock, but lets go of it in between.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int places = 1;

static int places_get(void)
{
	pthread_mutex_lock(&lock);
	int left = places;
	pthread_mutex_unlock(&lock);
	return left;
}

static void *buy(void *unused)
{
	if (places_get() > 0) {
		pthread_mutex_lock(&lock);
		places--;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

int main(void)
{
	parallel(2, buy);
	assert(places >= 0);
	return 0;
}
