/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reader/writer lock: readers count their hits under the read lock, which does not exclude one
 * another. Needs 1 placed switch.
 */
#include "program.h"

static pthread_rwlock_t cache_lock = PTHREAD_RWLOCK_INITIALIZER;
static int hits;

static void *look_up(void *argument)
{
#ifdef FIXED
	pthread_rwlock_wrlock(&cache_lock);
#else
	pthread_rwlock_rdlock(&cache_lock);
#endif
	hits++;
	pthread_rwlock_unlock(&cache_lock);
	return argument;
}

int main(void)
{
	run_threads(3, look_up);
	assert(hits == 3);
	return 0;
}
