/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EXPECT: nothing within 1000 executions
 * A reader/writer lock that prefers writers; nobody takes the read lock twice, so that a
 * waiting writer stops nobody for ever.
 */
#include <assert.h>
#include "../parallel.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
static int left, right;

static void *work(void *argument)
{
	for (int i = 0; i < 2; i++) {
		if (number_of(argument) % 2) {
			pthread_rwlock_wrlock(&lock);
			left++;
			right--;
		} else {
			pthread_rwlock_rdlock(&lock);
			assert(left == -right);
		}
		pthread_rwlock_unlock(&lock);
	}
	return NULL;
}

int main(void)
{
	parallel(4, work);
	assert(left == 4);
	return 0;
}
