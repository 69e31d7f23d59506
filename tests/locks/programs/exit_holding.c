/* SPDX-License-Identifier: Apache-2.0 */
/* EXPECT: lock-misuse, exit-holding, if asked for: the process ends in a critical section. */
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

int main(void)
{
	pthread_mutex_lock(&lock);
#ifdef FIXED
	pthread_mutex_unlock(&lock);
#endif
	exit(0);
}
