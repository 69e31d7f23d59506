/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: deadlock: main locks a mutex that it holds. */
#include "hang.h"

int main(void)
{
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&lock);
	announce();
	pthread_mutex_lock(&lock);
	return 0;
}
